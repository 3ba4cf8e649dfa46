import { Algorithm } from "@ntd/proto/common/v1/common";
import { wordOf } from "../../cli/words.ts";

/** A film is told by its beginning, and by how many frames it has. */
const LONGEST = 64;

/** The kind of a hash, and its digits. */
export function hashWords(
  algorithm: Algorithm = Algorithm.UNSPECIFIED,
  value: Uint8Array = new Uint8Array(),
): [string, string] {
  const hex = Buffer.from(value).toString("hex");
  return [wordOf(Algorithm, algorithm), hex.length > LONGEST ? `${hex.slice(0, LONGEST)}...` : hex];
}

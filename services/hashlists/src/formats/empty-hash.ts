import { createHash } from "node:crypto";
import type { AlgorithmName } from "./entry-line.ts";

// Lists carry these by mistake, and every empty file would match.
const OF_THE_EMPTY_FILE: ReadonlySet<string> = new Set(
  ["sha256", "sha1", "md5"].map((algorithm) => createHash(algorithm).digest("hex")),
);

/** A PDQ sets the bits that lie over the median: about half of its 256, unless there is hardly anything to see. */
const FEWEST_SET = 32;

/** Why a hash stands for nothing that could be listed; undefined where it does for all that can be told. */
export function emptyHash(algorithm: AlgorithmName, hex: string): string | undefined {
  if (OF_THE_EMPTY_FILE.has(hex)) return `${hashStart(hex)} is the hash of the empty file; take the line out`;
  if (hex === (hex[0] ?? "").repeat(hex.length)) {
    return `${hashStart(hex)} has one digit again and again: it stands for no file; take the line out`;
  }
  if (algorithm !== "PDQ") return undefined;
  const set = Array.from(hex, (digit) => BITS_SET[parseInt(digit, 16)] ?? 0).reduce((sum, bits) => sum + bits, 0);
  if (set >= FEWEST_SET && set <= 256 - FEWEST_SET) return undefined;
  return `${hashStart(hex)} sets ${set} of its 256 bits: it was made of a flat picture; take the line out`;
}

const BITS_SET = Array.from({ length: 16 }, (_, digit) => digit.toString(2).replaceAll("0", "").length);

/** Enough to find a hash again in the file, and not enough to know it. */
export function hashStart(hex: string): string {
  return JSON.stringify(hex.length > 8 ? `${hex.slice(0, 8)}…` : hex);
}

import { PDQ_MIN_QUALITY } from "@ntd/imagehash/compare";
import type { Row } from "../rows/row.ts";
import { BYTES, DEFAULT_RECIPE } from "../search/search-plan.ts";

/** What is known of a target's picture: of its newest content, which may be none that can be compared. */
export interface Likeness {
  targetId: string;
  episode: number;
  /** Of the content. */
  revision: number;
  /** Absent where it says too little to be compared, and where it is no picture. */
  pdq?: Pdq;
}

interface Pdq {
  hash: Uint8Array;
  quality: number;
  /** How it was made. */
  recipe: string;
}

// episode, revision (4 bytes each), quality (1; 0: nothing to compare, and neither of the next two), hash (32), recipe
// (length, text), target id
const HEAD = 9;

/** What is read of every row to tell what resembles what; nothing of what pages show, which is no target's. */
export function likenessColumn({
  targetId,
  episode,
  content,
  shownOn,
}: Pick<Row, "targetId" | "episode" | "content" | "shownOn">): Uint8Array {
  if (shownOn !== undefined) return new Uint8Array();
  const pdq = content.fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_PDQ");
  const isComparable = pdq !== undefined && pdq.value.length === BYTES.ALGORITHM_PDQ && pdq.quality >= PDQ_MIN_QUALITY;
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(episode);
  head.writeUInt32LE(content.revision, 4);
  head.writeUInt8(isComparable ? Math.min(pdq.quality, 100) : 0, 8);
  const target = Buffer.from(targetId);
  if (!isComparable) return Buffer.concat([head, target]);
  const recipe = Buffer.from(content.recipe ?? DEFAULT_RECIPE).subarray(0, 255);
  return Buffer.concat([head, pdq.value, Buffer.from([recipe.length]), recipe, target]);
}

/** The hash is a view, not a copy. @throws RangeError when these are not the bytes of a column. */
export function readLikeness(bytes: Uint8Array): Likeness {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const known = { episode: buffer.readUInt32LE(0), revision: buffer.readUInt32LE(4) };
  const quality = buffer.readUInt8(8);
  if (quality === 0) return { ...known, targetId: buffer.toString("utf8", HEAD) };
  const end = HEAD + BYTES.ALGORITHM_PDQ;
  const from = end + 1 + buffer.readUInt8(end);
  if (buffer.length < from) throw new RangeError("a recipe is cut off");
  const pdq = { hash: buffer.subarray(HEAD, end), quality, recipe: buffer.toString("utf8", end + 1, from) };
  return { ...known, targetId: buffer.toString("utf8", from), pdq };
}

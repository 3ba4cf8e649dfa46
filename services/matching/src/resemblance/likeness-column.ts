import { PDQ_MIN_QUALITY } from "@ntd/imagehash/compare";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { Row } from "../rows/row.ts";
import { BYTES, DEFAULT_RECIPE } from "../search/search-plan.ts";

/** What is known of what a target shows: of its newest content, which may be nothing that can be compared. */
export interface Likeness {
  targetId: string;
  episode: number;
  /** Of the content. */
  revision: number;
  /** How the hashes were made; empty where there are none. */
  recipe: string;
  /** The picture first, then others that its file shows. None where all say too little, and where it is no picture. */
  pictures: readonly ComparedPicture[];
}

export interface ComparedPicture {
  hash: Uint8Array;
  quality: number;
}

/** Frames and inner pictures of a file, the one that stands for it among them. */
const MOST_PICTURES = 16;

// episode, revision (4 bytes each), quality (1); then, where that is not 0, hash (32), recipe (length, text); target id. Of
// several pictures the quality is SEVERAL and their number, and in the place of the hash stands (quality, hash) of each.
const HEAD = 9;
const SEVERAL = 128;
const HASH_BYTES = BYTES.ALGORITHM_PDQ;

/** What is read of every row to tell what resembles what; nothing of what pages show, which is no target's. */
export function likenessColumn({
  targetId,
  episode,
  content,
  shownOn,
}: Pick<Row, "targetId" | "episode" | "content" | "shownOn">): Uint8Array {
  if (shownOn !== undefined) return new Uint8Array();
  const pictures = picturesOf(content);
  const [first] = pictures;
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(episode);
  head.writeUInt32LE(content.revision, 4);
  head.writeUInt8(pictures.length > 1 ? SEVERAL + pictures.length : (first?.quality ?? 0), 8);
  const target = Buffer.from(targetId);
  if (first === undefined) return Buffer.concat([head, target]);
  const hashes =
    pictures.length > 1 ? pictures.flatMap(({ hash, quality }) => [Buffer.from([quality]), hash]) : [first.hash];
  const recipe = Buffer.from(content.recipe ?? DEFAULT_RECIPE).subarray(0, 255);
  return Buffer.concat([head, ...hashes, Buffer.from([recipe.length]), recipe, target]);
}

/** The hashes are views, no copies. @throws RangeError when these are not the bytes of a column. */
export function readLikeness(bytes: Uint8Array): Likeness {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const known = { episode: buffer.readUInt32LE(0), revision: buffer.readUInt32LE(4) };
  const quality = buffer.readUInt8(8);
  if (quality === 0) return { ...known, targetId: buffer.toString("utf8", HEAD), recipe: "", pictures: [] };
  const count = quality > SEVERAL ? quality - SEVERAL : 1;
  let end = HEAD;
  const pictures: ComparedPicture[] = [];
  while (pictures.length < count) {
    const own = quality > SEVERAL ? buffer.readUInt8(end++) : quality;
    pictures.push({ hash: buffer.subarray(end, end + HASH_BYTES), quality: own });
    end += HASH_BYTES;
  }
  const from = end + 1 + buffer.readUInt8(end);
  if (buffer.length < from) throw new RangeError("a recipe is cut off");
  const recipe = buffer.toString("utf8", end + 1, from);
  return { ...known, targetId: buffer.toString("utf8", from), recipe, pictures };
}

// What shows too little of a picture to decide anything tells no likeness either: cases are decided by that.
function picturesOf({ fingerprints, renditions = [] }: Row["content"]): ComparedPicture[] {
  const others = renditions.filter(({ nominatesOnly }) => !nominatesOnly).map((one) => one.fingerprints);
  return [fingerprints, ...others].flatMap(pictureIn).slice(0, MOST_PICTURES);
}

function pictureIn(fingerprints: readonly Fingerprint[]): ComparedPicture[] {
  const pdq = fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_PDQ");
  if (pdq === undefined || pdq.value.length !== HASH_BYTES || pdq.quality < PDQ_MIN_QUALITY) return [];
  return [{ hash: pdq.value, quality: Math.min(pdq.quality, 100) }];
}

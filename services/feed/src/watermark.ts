import { createCipheriv, createHash, createHmac } from "node:crypto";
import { pdq } from "@ntd/imagehash";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";

export interface Copy {
  setId: string;
  /** "partner/{name}". */
  recipient: string;
}

/** Files that are told alike in a list: by hashes of which kinds, and whether by a key of their own. */
export interface Family {
  algorithms: readonly Algorithm[];
  hasOwnKey: boolean;
}

/** Files of which a watermark can be: those of pictures. */
export const FAMILIES: readonly Family[] = [
  { algorithms: ["ALGORITHM_MD5", "ALGORITHM_SHA1"], hasOwnKey: true },
  { algorithms: ["ALGORITHM_MD5"], hasOwnKey: true },
  { algorithms: ["ALGORITHM_SHA1"], hasOwnKey: true },
  { algorithms: ["ALGORITHM_MD5"], hasOwnKey: false },
  { algorithms: ["ALGORITHM_SHA1"], hasOwnKey: false },
  { algorithms: ["ALGORITHM_SHA256"], hasOwnKey: false },
  { algorithms: ["ALGORITHM_PDQ"], hasOwnKey: false },
];

/** Which of a copy's watermarks it is: of the files of a family the n-th, or one of the few that a small list has. */
export interface Place {
  family: Family;
  run: "few" | "grown";
  nth: number;
}

/** A picture that is nobody's, made for one copy of a list alone, and its hashes: whose copy has one is told by it. */
export interface Watermark {
  fingerprints: ReadonlyMap<Algorithm, Fingerprint>;
  sizeBytes: number;
  fileKey: Uint8Array;
  /** By it is told when it comes, how it is told, and next to which entry it stands. */
  secret: Uint8Array;
}

export function nameOf({ algorithms, hasOwnKey }: Family): string {
  return `${algorithms.map((one) => one.slice("ALGORITHM_".length)).join("+")}${hasOwnKey ? "" : " alone"}`;
}

/** Of it all else of a watermark is made: nothing that anybody without the key could foretell. */
export function secretOf(key: Uint8Array, { setId, recipient }: Copy, { family, run, nth }: Place): Buffer {
  return createHmac("sha256", key)
    .update(JSON.stringify(["watermark", setId, recipient, nameOf(family), run, nth]))
    .digest();
}

const SIDE = 128;
const CELLS = 8;
/** With less a picture may have a quality that no list takes. */
const LEAST_CONTRAST = 56;
const HEADER = Buffer.from(`P5 ${SIDE} ${SIDE} 255\n`);
/** What stands behind the picture in its file: as long as files of pictures are. */
const [LEAST_BEHIND, MOST_BEHIND] = [8192, 400_000];

/** The same one whenever it is asked for. Takes a millisecond or two. */
export function watermark(key: Uint8Array, copy: Copy, place: Place): Watermark {
  const secret = secretOf(key, copy, place);
  const random = createCipheriv("aes-256-ctr", secret, Buffer.alloc(16));
  const bytes = (count: number) => random.update(Buffer.alloc(count));
  const head = bytes(16);
  const pixels = cellsIn(bytes(CELLS * CELLS), LEAST_CONTRAST + (head[0] ?? 0) / 2);
  const behind = LEAST_BEHIND + (head.readUInt32LE(4) % (MOST_BEHIND - LEAST_BEHIND));
  const file = Buffer.concat([HEADER, pixels, bytes(behind)]);
  const hashes = place.family.algorithms.map((algorithm) => [algorithm, hashOf(algorithm, file, pixels)] as const);
  return { fingerprints: new Map(hashes), sizeBytes: file.length, fileKey: head.subarray(8, 16), secret };
}

const DIGESTS: Partial<Record<Algorithm, string>> = {
  ALGORITHM_SHA256: "sha256",
  ALGORITHM_SHA1: "sha1",
  ALGORITHM_MD5: "md5",
};

function hashOf(algorithm: Algorithm, file: Uint8Array, greys: Uint8Array): Fingerprint {
  const digest = DIGESTS[algorithm];
  if (digest !== undefined) return { algorithm, value: createHash(digest).update(file).digest(), quality: 0 };
  const { quality, forms } = pdq({ width: SIDE, height: SIDE, channels: 3, pixels: inColours(greys) });
  return { algorithm, value: forms.original, quality };
}

// Grey cells, some pictures with more contrast than others.
function cellsIn(greys: Uint8Array, contrast: number): Uint8Array {
  const side = SIDE / CELLS;
  const pixels = new Uint8Array(SIDE * SIDE);
  for (let at = 0; at < pixels.length; at++) {
    const [x, y] = [Math.floor((at % SIDE) / side), Math.floor(at / SIDE / side)];
    const grey = (greys[y * CELLS + x] ?? 0) / 255 - 0.5;
    pixels[at] = Math.round(128 + grey * contrast);
  }
  return pixels;
}

function inColours(greys: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(greys.length * 3);
  for (let at = 0; at < pixels.length; at++) pixels[at] = greys[Math.floor(at / 3)] ?? 0;
  return pixels;
}

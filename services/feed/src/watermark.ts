import { createCipheriv, createHmac } from "node:crypto";
import { cryptographicHashes, pdq } from "@ntd/imagehash";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";

/** A copy has so many of them at most. */
export const WATERMARKS = 40;

export interface Copy {
  setId: string;
  /** "partner/{name}". */
  recipient: string;
}

/** A picture that is nobody's, made for one copy of a list alone, and its hashes: whose copy has one is told by it. */
export interface Watermark {
  fingerprints: ReadonlyMap<Algorithm, Fingerprint>;
  sizeBytes: number;
  fileKey: Uint8Array;
  /** By it is told next to which entry it stands. */
  secret: Uint8Array;
}

const SIDE = 128;
const CELLS = 8;
const HEADER = Buffer.from(`P5 ${SIDE} ${SIDE} 255\n`);
/** What stands behind the picture in its file: as long as files of pictures are. */
const [LEAST_BEHIND, MOST_BEHIND] = [8192, 400_000];

/** The same one whenever it is asked for, and nothing that anybody without the key could foretell. */
export function watermark(key: Uint8Array, { setId, recipient }: Copy, nth: number): Watermark {
  const seed = createHmac("sha256", key)
    .update(JSON.stringify(["watermark", setId, recipient, nth]))
    .digest();
  const random = createCipheriv("aes-256-ctr", seed, Buffer.alloc(16));
  const bytes = (count: number) => random.update(Buffer.alloc(count));
  const head = bytes(16);
  const pixels = cellsIn(bytes(CELLS * CELLS), 40 + (head[0] ?? 0) / 2);
  const behind = LEAST_BEHIND + (head.readUInt32LE(4) % (MOST_BEHIND - LEAST_BEHIND));
  const file = Buffer.concat([HEADER, pixels, bytes(behind)]);
  const { sha256, sha1, md5 } = cryptographicHashes(file);
  const raw = (hex: string) => Buffer.from(hex, "hex");
  const { quality, forms } = pdq({ width: SIDE, height: SIDE, channels: 3, pixels: inColours(pixels) });
  const of = (algorithm: Algorithm, value: Uint8Array, told = 0): [Algorithm, Fingerprint] => [
    algorithm,
    { algorithm, value, quality: told },
  ];
  return {
    fingerprints: new Map([
      of("ALGORITHM_SHA256", raw(sha256)),
      of("ALGORITHM_SHA1", raw(sha1)),
      of("ALGORITHM_MD5", raw(md5)),
      of("ALGORITHM_PDQ", forms.original, quality),
    ]),
    sizeBytes: file.length,
    fileKey: head.subarray(8, 16),
    secret: seed,
  };
}

// Grey cells, some pictures with more contrast than others.
function cellsIn(greys: Uint8Array, contrast: number): Uint8Array {
  const side = SIDE / CELLS;
  return Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [x, y] = [Math.floor((at % SIDE) / side), Math.floor(at / SIDE / side)];
    const grey = (greys[y * CELLS + x] ?? 0) / 255 - 0.5;
    return Math.round(128 + grey * contrast);
  });
}

function inColours(greys: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: greys.length * 3 }, (_, at) => greys[Math.floor(at / 3)] ?? 0);
}

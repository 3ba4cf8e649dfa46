import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";
import { pipeline, Readable, type Transform } from "node:stream";

/** What was unpacked is longer than may be kept. */
export class BodyTooLarge extends Error {}

/** Unpacked it may be so many times as long as packed, and this much in any case: more is no picture but a bomb. */
const MOST_TIMES = 200;
const FREE_BYTES = 1024 * 1024;
/** More codings on top of one another than any server means. */
const MOST_CODINGS = 4;

/**
 * The bytes behind a Content-Encoding, the last coding undone first. A token that is none ("UTF-8", "none") stands for
 * nothing, as curl has it; a body that was cut gives as much as can be unpacked.
 *
 * @param beyond what becomes of more than `maxBytes`: refused, or cut off.
 * @throws BodyTooLarge beyond `maxBytes`, or beyond two hundred times what came, unless it is cut.
 * @throws Error of zlib for bytes that are not of the coding.
 */
export async function decoded(
  body: Uint8Array,
  encoding: string,
  maxBytes: number,
  beyond: "refused" | "cut" = "refused",
): Promise<Uint8Array> {
  const isCut = beyond === "cut";
  let bytes = body;
  for (const coding of codingsOf(encoding)) bytes = await undone(bytes, decoders[coding]?.(bytes), maxBytes, isCut);
  return isCut ? bytes.subarray(0, maxBytes) : bytes;
}

/** The same while it comes, by the same bounds. */
export async function* unpacked(
  body: AsyncIterable<Uint8Array>,
  encoding: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let chunks = body;
  for (const coding of codingsOf(encoding)) chunks = undoing(chunks, coding, maxBytes);
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) throw new BodyTooLarge();
    yield chunk;
  }
}

/** Those that are known, the last one first. */
function codingsOf(encoding: string): string[] {
  const codings = encoding
    .toLowerCase()
    .split(",")
    .map((token) => token.trim());
  const known = codings.filter((token) => Object.hasOwn(decoders, token)).toReversed();
  if (known.length > MOST_CODINGS) throw new BodyTooLarge();
  return known;
}

async function* undoing(packed: AsyncIterable<Uint8Array>, coding: string, maxBytes: number) {
  let [came, length] = [0, 0];
  async function* counted() {
    for await (const chunk of packed) {
      came += chunk.length;
      yield chunk;
    }
  }
  const chunks = counted();
  const first = await chunks.next();
  const decoder = first.done === true ? undefined : decoders[coding]?.(first.value);
  if (first.done === true || decoder === undefined) return;
  async function* all(begins: Uint8Array) {
    yield begins;
    yield* chunks;
  }
  // Its failures are the decoder's.
  pipeline(Readable.from(all(first.value), { objectMode: false }), decoder, () => undefined);
  for await (const chunk of decoder as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > Math.min(maxBytes, FREE_BYTES + came * MOST_TIMES)) throw new BodyTooLarge();
    yield chunk;
  }
}

// What is there when the end is missing is given out too.
const cut = { finishFlush: constants.Z_SYNC_FLUSH };
const decoders: Readonly<Record<string, (bytes: Uint8Array) => Transform>> = {
  gzip: () => createGunzip(cut),
  "x-gzip": () => createGunzip(cut),
  // Some servers mean the bare stream by it, without zlib's two bytes (RFC 9110 §8.4.1.2).
  deflate: (bytes) => (isZlib(bytes) ? createInflate(cut) : createInflateRaw(cut)),
  br: () => createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: () => createZstdDecompress({ finishFlush: constants.ZSTD_e_flush }),
};

function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

async function undone(
  packed: Uint8Array,
  decoder: Transform | undefined,
  maxBytes: number,
  isCut: boolean,
): Promise<Uint8Array> {
  if (decoder === undefined || packed.length === 0) return packed;
  const most = Math.min(maxBytes, FREE_BYTES + packed.length * MOST_TIMES);
  const chunks: Uint8Array[] = [];
  let length = 0;
  decoder.end(packed);
  for await (const chunk of decoder as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > most && !isCut) throw new BodyTooLarge();
    chunks.push(chunk);
    if (length > most) break;
  }
  return Buffer.concat(chunks);
}

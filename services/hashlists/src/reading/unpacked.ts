import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { constants, createGunzip, createZstdDecompress } from "node:zlib";
import { Problem } from "@ntd/service";
import { refusedFile } from "../formats/refused-file.ts";

/** A list packs to a third of itself, at most to a twentieth; what grows more was made to fill a memory or a disk. */
const MAX_GROWTH = 100;
/** Short files may grow more: a page of blanks does. */
const ALWAYS_ALLOWED = 1024 * 1024;
/** As what is not packed comes: between two, others have their turn. */
const PIECE_BYTES = 16 * 1024;
/** What zstd may look back: `zstd --ultra -20` needs that much. */
const ZSTD_WINDOW_LOG = 25;

const MAGIC_BYTES = 4;

type Packing = "gzip" | "zstd";

/**
 * The bytes of a file, unpacked where it is packed with gzip or zstd, in pieces of 16 KiB at most. Others have their turn
 * between two pieces.
 *
 * @throws Problem FIELD_INVALID for what is packed wrongly or breaks off; TOO_LARGE for more than `maxBytes`, or for what
 *   grows more than any list; what `packed` throws.
 */
export async function* unpacked(
  packed: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = packed[Symbol.asyncIterator]();
  const start = await startOf(pieces);
  const packing = packingOf(start);
  const all = joined(start, pieces);
  if (packing === undefined) yield* all;
  else yield* unpackedBy(packing, all, maxBytes);
}

async function* unpackedBy(packing: Packing, packed: AsyncIterable<Uint8Array>, maxBytes: number) {
  let came = 0;
  let isAllThere = false;
  const counted = async function* () {
    for await (const piece of packed) {
      came += piece.length;
      yield piece;
    }
    isAllThere = true;
  };
  const unpacker =
    packing === "gzip"
      ? createGunzip({ chunkSize: PIECE_BYTES })
      : createZstdDecompress({ chunkSize: PIECE_BYTES, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } });
  const source = Readable.from(counted(), { highWaterMark: 1 });
  source.on("error", (error) => unpacker.destroy(error));
  // What it finds wrong behind the end comes when nobody waits for it any more; that something is there is told below.
  unpacker.on("error", () => {});
  source.pipe(unpacker);
  let bytes = 0;
  try {
    for await (const piece of unpacker as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      if (bytes > maxBytes) throw new Problem("TOO_LARGE", `The file is larger than ${maxBytes} bytes unpacked.`);
      if (bytes > ALWAYS_ALLOWED + came * MAX_GROWTH) {
        throw new Problem("TOO_LARGE", `The file grows more than ${MAX_GROWTH}-fold as it is unpacked; no list does.`);
      }
      yield piece;
      await setImmediate();
    }
  } catch (error) {
    if (!isOfPacking(error)) throw error;
    throw refusedFile(`what is packed with ${packing} is broken, or breaks off: ${error.code}`);
  } finally {
    source.destroy();
  }
  // What stands behind the end is no part of the list, and nobody could say what it is.
  if (!isAllThere || unpacker.bytesWritten < came)
    throw refusedFile(`something stands behind the end of the ${packing}; pack the list as one`);
}

function isOfPacking(error: unknown): error is Error & { code: string } {
  if (!(error instanceof Error) || error instanceof Problem || !("code" in error)) return false;
  return /^(Z|ZSTD|ERR_ZSTD|ERR_ZLIB)_/.test(String(error.code));
}

async function startOf(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const start: Uint8Array[] = [];
  let length = 0;
  while (length < MAGIC_BYTES) {
    const next = await pieces.next();
    if (next.done === true) break;
    start.push(next.value);
    length += next.value.length;
  }
  return start.length === 1 ? (start[0] ?? Buffer.alloc(0)) : Buffer.concat(start);
}

function packingOf([a, b, c, d]: Uint8Array): Packing | undefined {
  if (a === 0x1f && b === 0x8b) return "gzip";
  return a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd ? "zstd" : undefined;
}

async function* joined(start: Uint8Array, pieces: AsyncIterator<Uint8Array>) {
  if (start.length > 0) yield start;
  yield* { [Symbol.asyncIterator]: () => pieces };
}

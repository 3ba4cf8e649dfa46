import { crc32 } from "node:zlib";

/** A chunk of a PNG: its name and what is in it, as a view. */
export type Chunk = { readonly type: string; readonly data: Buffer };

export const PNG_START = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** The chunks of a PNG in their order. One that is cut off is there as far as it goes, as browsers show it. */
export function* chunksOf(bytes: Uint8Array): Generator<Chunk, void> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = PNG_START.length; at + 8 <= buffer.length;) {
    const size = buffer.readUInt32BE(at);
    yield { type: buffer.toString("latin1", at + 4, at + 8), data: buffer.subarray(at + 8, at + 8 + size) };
    at += size + 12;
  }
}

/** A PNG of these chunks. */
export function pngOf(chunks: readonly Chunk[]): Buffer {
  return Buffer.concat([PNG_START, ...chunks.map(encoded)]);
}

function encoded({ type, data }: Chunk): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length);
  bytes.write(type, 4, "latin1");
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

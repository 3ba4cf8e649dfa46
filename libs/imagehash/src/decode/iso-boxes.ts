/** A box of an ISO media file: its name, what is in it, as a view, and where it ends, which may be beyond the file. */
export type Box = { readonly type: string; readonly body: Buffer; readonly end: number };

/** More boxes side by side are no picture's. */
const MOST_BOXES = 10_000;

/** The boxes in these bytes, one after the other; the last one may be cut off. */
export function boxesIn(bytes: Uint8Array): Box[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= buffer.length && boxes.length < MOST_BOXES;) {
    const short = buffer.readUInt32BE(at);
    const long = short === 1 && at + 16 <= buffer.length;
    const size = long ? Number(buffer.readBigUInt64BE(at + 8)) : short === 0 ? buffer.length - at : short;
    const head = long ? 16 : 8;
    if (size < head) break;
    const body = buffer.subarray(at + head, at + size);
    boxes.push({ type: buffer.toString("latin1", at + 4, at + 8), body, end: at + size });
    at += size;
  }
  return boxes;
}

/** The first box of this name at the end of a path of names; undefined where there is none. */
export function boxAt(bytes: Uint8Array, ...[type, ...rest]: readonly string[]): Buffer | undefined {
  const found = boxesIn(bytes).find((box) => box.type === type)?.body;
  return found === undefined || rest.length === 0 ? found : boxAt(found, ...rest);
}

/** A box as it stands in a file. */
export function box(type: string, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
}

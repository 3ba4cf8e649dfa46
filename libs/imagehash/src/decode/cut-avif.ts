import { boxAt, boxesIn } from "./iso-boxes.ts";

/** AV1's word for "here begins a picture", which files leave out and streams have. */
const TEMPORAL_DELIMITER = Buffer.of(0x12, 0x00);
/** More than this is no picture that is decoded. */
const MOST_BYTES = 25 * 1024 * 1024;

/**
 * The coded picture of a still AVIF whose end is missing, as a stream of AV1, filled up with noughts: a decoder that does not
 * take a picture whole or not at all shows what is there. Undefined where nothing is missing, where nothing of the picture
 * is there, and where it is put together of several.
 *
 * Source: AV1 Image File Format (AOMedia, 1.1); ISO/IEC 14496-12, 8.11 (`meta`, `pitm`, `iloc`).
 */
export function cutAvif(bytes: Uint8Array): Buffer | undefined {
  try {
    const meta = boxAt(bytes, "meta")?.subarray(4);
    const item = meta && primaryItem(meta);
    const extents = meta && item !== undefined && isCoded(meta, item) ? extentsOf(meta, item) : [];
    const end = Math.max(0, ...extents.map(({ from, length }) => from + length));
    const length = extents.reduce((sum, extent) => sum + extent.length, 0);
    if (end <= bytes.byteLength || length > MOST_BYTES) return undefined;
    const parts = extents.map((extent) => bytes.subarray(extent.from, extent.from + extent.length));
    const there = parts.reduce((sum, part) => sum + part.length, 0);
    if (there === 0) return undefined;
    return Buffer.concat([TEMPORAL_DELIMITER, ...parts, Buffer.alloc(length - there)]);
  } catch (error) {
    // Its tables are cut off, too, or lie.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function primaryItem(meta: Buffer): number | undefined {
  const pitm = boxAt(meta, "pitm");
  return pitm && (pitm[0] === 0 ? pitm.readUInt16BE(4) : pitm.readUInt32BE(4));
}

/** Whether the item is one coded picture, and no grid of others. */
function isCoded(meta: Buffer, item: number): boolean {
  const iinf = boxAt(meta, "iinf");
  const infos = iinf ? boxesIn(iinf.subarray(iinf[0] === 0 ? 6 : 8)) : [];
  return infos.some(({ type, body }) => {
    const wide = body[0] === 3;
    const id = wide ? body.readUInt32BE(4) : body.readUInt16BE(4);
    const at = wide ? 10 : 8;
    return type === "infe" && id === item && body.toString("latin1", at, at + 4) === "av01";
  });
}

interface Extent {
  from: number;
  length: number;
}

/** More pieces are no picture's. */
const MOST_EXTENTS = 100;

/** Where in the file an item lies; empty where it lies elsewhere. */
function extentsOf(meta: Buffer, wanted: number): Extent[] {
  const iloc = boxAt(meta, "iloc");
  if (iloc === undefined) return [];
  const version = iloc.readUInt8(0);
  const [offsetSize, lengthSize] = halves(iloc.readUInt8(4));
  const [baseSize, indexSize] = halves(iloc.readUInt8(5));
  let at = 6;
  const next = (size: number): number => {
    const value = size === 0 ? 0 : size === 8 ? Number(iloc.readBigUInt64BE(at)) : iloc.readUIntBE(at, size);
    at += size;
    return value;
  };
  for (let left = next(version < 2 ? 2 : 4); left > 0; left--) {
    const item = next(version < 2 ? 2 : 4);
    const inFile = version === 0 || (next(2) & 0xf) === 0;
    next(2);
    const base = next(baseSize);
    const count = next(2);
    const extents: Extent[] = [];
    for (let nth = 0; nth < count && nth < MOST_EXTENTS; nth++) {
      if (version > 0) next(indexSize);
      extents.push({ from: base + next(offsetSize), length: next(lengthSize) });
    }
    if (item === wanted) return inFile && count <= MOST_EXTENTS ? extents : [];
    if (count > MOST_EXTENTS) return [];
  }
  return [];
}

function halves(byte: number): [number, number] {
  return [byte >> 4, byte & 0xf];
}

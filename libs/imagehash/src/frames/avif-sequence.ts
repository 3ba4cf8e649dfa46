import { box, boxAt, boxesIn } from "../decode/iso-boxes.ts";

/** The frames of an animated AVIF, which are those of its first track that holds pictures. */
export type AvifSequence = {
  readonly delaysMs: readonly number[];
  /** Of each frame, how many frames its decoding takes: those since the last one that stands alone, and itself. */
  readonly steps: readonly number[];
  /** A frame as an AVIF of its own. */
  readonly still: (frame: number) => Buffer;
};

/** More frames than an animation has; each costs memory before anything is decoded. */
const MOST_SAMPLES = 100_000;

/**
 * Reads the tables of an animated AVIF; undefined where it is none, or where they cannot be read. The decoder knows single
 * pictures only: a frame is handed to it as a picture that consists of all frames since the last one that stands alone,
 * of which it shows the last.
 */
export function avifSequence(bytes: Uint8Array): AvifSequence | undefined {
  try {
    const moov = boxAt(bytes, "moov");
    const tracks = moov === undefined ? [] : boxesIn(moov).filter(({ type }) => type === "trak");
    for (const { body } of tracks) {
      const sequence = sequenceOf(bytes, body);
      if (sequence !== undefined) return sequence;
    }
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function sequenceOf(bytes: Uint8Array, track: Buffer): AvifSequence | undefined {
  const media = boxAt(track, "mdia");
  const table = media && boxAt(media, "minf", "stbl");
  if (media === undefined || table === undefined || handlerOf(media) !== "pict") return undefined;
  const entry = boxAt(boxAt(table, "stsd")?.subarray(8) ?? Buffer.of(), "av01");
  const samples = samplesOf(table);
  if (entry === undefined || samples.length < 2) return undefined;
  const alone = standAlone(table, samples.length);
  const starts: number[] = [];
  for (const [frame] of samples.entries()) starts.push(alone.has(frame) ? frame : (starts[frame - 1] ?? 0));
  const still = (frame: number) => {
    const parts = samples.slice(starts[frame], frame + 1).map(({ from, size }) => bytes.subarray(from, from + size));
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    // Frames lie beside each other, unless the file lies: then there is nothing to decode.
    return stillAvif(entry, length > bytes.length ? Buffer.of() : Buffer.concat(parts));
  };
  return {
    delaysMs: delaysOf(table, boxAt(media, "mdhd"), samples.length),
    steps: starts.map((start, frame) => frame - start + 1),
    still,
  };
}

function handlerOf(media: Buffer): string | undefined {
  return boxAt(media, "hdlr")?.toString("latin1", 8, 12);
}

type Sample = { readonly from: number; readonly size: number };

/** Where each sample lies: samples lie in chunks one after the other, and of chunks the places are known. */
function samplesOf(table: Buffer): Sample[] {
  const [sizes, offsets, runs] = [boxAt(table, "stsz"), boxAt(table, "stco"), boxAt(table, "stsc")];
  const far = offsets === undefined ? boxAt(table, "co64") : undefined;
  const places = offsets ?? far;
  if (sizes === undefined || places === undefined || runs === undefined) return [];
  const count = Math.min(sizes.readUInt32BE(8), MOST_SAMPLES);
  const one = sizes.readUInt32BE(4);
  const sizeOf = (nth: number) => (one === 0 ? sizes.readUInt32BE(12 + nth * 4) : one);
  const placeOf = (nth: number) =>
    far === undefined ? places.readUInt32BE(8 + nth * 4) : Number(places.readBigUInt64BE(8 + nth * 8));
  const samples: Sample[] = [];
  let run = 0;
  for (let chunk = 0; chunk < places.readUInt32BE(4) && samples.length < count; chunk++) {
    while (run + 1 < runs.readUInt32BE(4) && runs.readUInt32BE(8 + (run + 1) * 12) <= chunk + 1) run++;
    let from = placeOf(chunk);
    for (let left = runs.readUInt32BE(12 + run * 12); left > 0 && samples.length < count; left--) {
      const size = sizeOf(samples.length);
      samples.push({ from, size });
      from += size;
    }
  }
  return samples;
}

/** The frames that need no other one: those that are named, or all where none is. */
function standAlone(table: Buffer, count: number): ReadonlySet<number> {
  const named = boxAt(table, "stss");
  const length = named === undefined ? count : Math.min(named.readUInt32BE(4), count);
  return new Set(Array.from({ length }, (_, i) => (named === undefined ? i : named.readUInt32BE(8 + i * 4) - 1)));
}

function delaysOf(table: Buffer, mediaHeader: Buffer | undefined, count: number): number[] {
  const runs = boxAt(table, "stts");
  const long = mediaHeader?.readUInt8(0) === 1;
  const perSecond = mediaHeader?.readUInt32BE(long ? 20 : 12) ?? 0;
  const delays: number[] = [];
  for (let run = 0; runs !== undefined && run < runs.readUInt32BE(4) && delays.length < count; run++) {
    const ms = perSecond === 0 ? 0 : (runs.readUInt32BE(12 + run * 8) * 1000) / perSecond;
    for (let left = runs.readUInt32BE(8 + run * 8); left > 0 && delays.length < count; left--) delays.push(ms);
  }
  return [...delays, ...Array.from({ length: count - delays.length }, () => 0)];
}

/** Before the boxes of a sample entry stand its size and what films need. */
const ENTRY_HEAD = 78;
const NO_FLAGS = [0, 0, 0, 0];

/** A picture of one item: the same description of its coding and colours, and the data. */
function stillAvif(entry: Buffer, data: Buffer): Buffer {
  const size = entry.subarray(24, 28);
  const described = boxesIn(entry.subarray(ENTRY_HEAD)).filter(({ type }) => type === "av1C" || type === "colr");
  const properties = [
    box("ispe", NO_FLAGS, [0, 0], size.subarray(0, 2), [0, 0], size.subarray(2)),
    ...described.map(({ type, body }) => box(type, body)),
  ];
  const essential = properties.map((_, i) => (i === 1 ? 0x80 : 0) | (i + 1));
  const head = box("ftyp", Buffer.from("avif\0\0\0\0avifmif1miaf", "latin1"));
  const meta = (from: number) => {
    const extent = Buffer.alloc(8);
    extent.writeUInt32BE(from);
    extent.writeUInt32BE(data.length, 4);
    return box(
      "meta",
      NO_FLAGS,
      box("hdlr", NO_FLAGS, NO_FLAGS, Buffer.from("pict"), Buffer.alloc(13)),
      box("pitm", NO_FLAGS, [0, 1]),
      box("iloc", NO_FLAGS, [0x44, 0, 0, 1], [0, 1, 0, 0, 0, 1], extent),
      box("iinf", NO_FLAGS, [0, 1], box("infe", [2, 0, 0, 0], [0, 1, 0, 0], Buffer.from("av01\0"))),
      box("iprp", box("ipco", ...properties), box("ipma", NO_FLAGS, [0, 0, 0, 1, 0, 1, properties.length], essential)),
    );
  };
  const from = head.length + meta(0).length + 8;
  return Buffer.concat([head, meta(from), box("mdat", data)]);
}

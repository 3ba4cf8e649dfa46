import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { bufferOf } from "./segment-memory.ts";
import type { Segment } from "./segment.ts";
import { FOOTER_BYTES, MAGIC, SLICE_BYTES, SNAPSHOT_VERSION, type SavedSegment, type Section } from "./snapshot.ts";
import type { Tail } from "./tail.ts";

/** Writes the segments and tails as they are at the call. */
export async function writeSnapshot(file: string, segments: readonly Segment[], tails: readonly Tail[]): Promise<void> {
  const held = [...segments, ...tails.map(({ segment }) => segment)];
  for (const segment of held) segment.hold();
  try {
    await writeAside(file, partsOf(segments, tails));
  } finally {
    for (const segment of held) segment.release();
  }
}

function partsOf(segments: readonly Segment[], tails: readonly Tail[]): Part[] {
  return [
    ...segments.map((segment) => partOf(segment, "segment", imageOf(segment))),
    // A tail takes more rows while this is being written.
    ...tails.map(({ segment }) => partOf(segment, "tail", imageOf(segment).slice())),
  ];
}

async function writeAside(file: string, parts: readonly Part[]): Promise<void> {
  const aside = `${file}.${process.pid}.part`;
  try {
    await using handle = await open(aside, "w", 0o600);
    await writeParts(handle, parts);
    await handle.sync();
    await rename(aside, file);
  } catch (failure) {
    await rm(aside, { force: true });
    throw failure;
  }
  await using folder = await open(dirname(file));
  await folder.sync();
}

type Part = Pick<SavedSegment, "shape" | "rows" | "kind"> & Record<"image" | "hidden" | "removed", Uint8Array>;

function partOf(segment: Segment, kind: Part["kind"], image: Uint8Array): Part {
  const { shape, rows } = segment;
  const { hidden, removed } = segment.marks();
  const marks = { hidden: new Uint8Array(hidden.buffer), removed: new Uint8Array(removed.buffer) };
  return { shape: { ...shape, firstId: shape.firstId ?? null }, rows, kind, image, ...marks };
}

function imageOf({ memory, layout }: Segment): Uint8Array {
  return new Uint8Array(bufferOf(memory), layout.rowsAt, layout.workAt - layout.rowsAt);
}

async function writeParts(handle: FileHandle, parts: readonly Part[]): Promise<void> {
  const saved: SavedSegment[] = [];
  for (const { image, hidden, removed, ...facts } of parts) {
    const sections = {
      image: await writeSection(handle, image),
      hidden: await writeSection(handle, hidden),
      removed: await writeSection(handle, removed),
    };
    saved.push({ ...facts, ...sections });
  }
  const index = Buffer.from(JSON.stringify(saved));
  const footer = Buffer.alloc(FOOTER_BYTES);
  MAGIC.copy(footer);
  footer.writeUInt32LE(SNAPSHOT_VERSION, 8);
  footer.writeUInt32LE(index.length, 12);
  footer.writeUInt32LE(crc32(index), 16);
  footer.writeUInt32LE(crc32(footer.subarray(0, 20)), 20);
  await handle.writeFile(Buffer.concat([index, footer]));
}

/** Copies before it writes: marks may change meanwhile, and the checksum is of what is written. */
async function writeSection(handle: FileHandle, bytes: Uint8Array): Promise<Section> {
  let crc = 0;
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const slice = Buffer.from(bytes.slice(at, at + SLICE_BYTES));
    crc = crc32(slice, crc);
    await handle.writeFile(slice);
  }
  return { bytes: bytes.length, crc };
}

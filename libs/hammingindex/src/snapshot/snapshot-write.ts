import { randomUUID } from "node:crypto";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { bufferOf, type SegmentMemory } from "../segments/segment-memory.ts";
import type { Segment } from "../segments/segment.ts";
import { FOOTER_BYTES, MAGIC, regionsOf, SLICE_BYTES, SNAPSHOT_VERSION } from "./snapshot.ts";
import type { SavedSegment, Section } from "./snapshot.ts";
import type { Tail } from "../segments/tail.ts";

/** What is written of a segment, as it was when it was noted: rows never change once they are there, marks are copied. */
export interface SnapshotPart extends Omit<SavedSegment, "sections"> {
  memory: SegmentMemory;
  hidden: Uint32Array;
  removed: Uint32Array;
}

/** Writes the segments and tails as they are at the call; `write` fills a new file, on whatever thread. */
export async function writeSnapshot(
  file: string,
  segments: readonly Segment[],
  tails: readonly Tail[],
  write: (file: string, parts: SnapshotPart[]) => Promise<void>,
): Promise<void> {
  const held = [...segments, ...tails.map(({ segment }) => segment)];
  const parts = [
    ...segments.map((segment) => partOf(segment, "segment")),
    ...tails.filter(({ segment }) => segment.rows > 0).map(({ segment }) => partOf(segment, "tail")),
  ];
  const aside = `${file}.${randomUUID()}.part`;
  for (const segment of held) segment.hold();
  try {
    await write(aside, parts);
    await rename(aside, file);
  } catch (failure) {
    await rm(aside, { force: true });
    throw failure;
  } finally {
    for (const segment of held) segment.release();
  }
  await using folder = await open(dirname(file));
  await folder.sync();
}

function partOf(segment: Segment, kind: SnapshotPart["kind"]): SnapshotPart {
  const { memory, rows, shape } = segment;
  return { kind, rows, firstId: shape.firstId ?? null, memory, ...segment.marks() };
}

/** Writes the parts, their index and the footer to a new file, and flushes it. */
export async function writeParts(file: string, parts: readonly SnapshotPart[]): Promise<void> {
  await using handle = await open(file, "wx", 0o600);
  const saved: SavedSegment[] = [];
  for (const { memory, hidden, removed, ...facts } of parts) {
    const regions = regionsOf(facts).map(([at, bytes]) => new Uint8Array(bufferOf(memory), at, bytes));
    const sections: Section[] = [];
    for (const bytes of [...regions, new Uint8Array(hidden.buffer), new Uint8Array(removed.buffer)]) {
      sections.push(await writeSection(handle, bytes));
    }
    saved.push({ ...facts, sections });
  }
  const index = Buffer.from(JSON.stringify(saved));
  const footer = Buffer.alloc(FOOTER_BYTES);
  MAGIC.copy(footer);
  footer.writeUInt32LE(SNAPSHOT_VERSION, 8);
  footer.writeUInt32LE(index.length, 12);
  footer.writeUInt32LE(crc32(index), 16);
  footer.writeUInt32LE(crc32(footer.subarray(0, 20)), 20);
  await handle.writeFile(Buffer.concat([index, footer]));
  await handle.sync();
}

async function writeSection(handle: FileHandle, bytes: Uint8Array): Promise<Section> {
  let crc = 0;
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const slice = Buffer.from(bytes.slice(at, at + SLICE_BYTES));
    crc = crc32(slice, crc);
    await handle.writeFile(slice);
  }
  return { bytes: bytes.length, crc };
}

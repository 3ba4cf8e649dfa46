import { randomUUID } from "node:crypto";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { bufferOf } from "./segment-memory.ts";
import type { Segment } from "./segment.ts";
import { FOOTER_BYTES, MAGIC, regionsOf, SLICE_BYTES, SNAPSHOT_VERSION } from "./snapshot.ts";
import type { SavedSegment, Section } from "./snapshot.ts";
import type { Tail } from "./tail.ts";

/** Writes the segments and tails as they are at the call. */
export async function writeSnapshot(file: string, segments: readonly Segment[], tails: readonly Tail[]): Promise<void> {
  const held = [...segments, ...tails.map(({ segment }) => segment)];
  for (const segment of held) segment.hold();
  try {
    const parts = [
      ...segments.map((segment) => partOf(segment, "segment")),
      ...tails.filter(({ segment }) => segment.rows > 0).map(({ segment }) => partOf(segment, "tail")),
    ];
    await writeAside(file, parts);
  } finally {
    for (const segment of held) segment.release();
  }
}

type Part = Omit<SavedSegment, "sections"> & { sections: Uint8Array[] };

/** Rows never change once they are there, so only the marks are copied. */
function partOf(segment: Segment, kind: Part["kind"]): Part {
  const facts = { kind, rows: segment.rows, firstId: segment.shape.firstId ?? null };
  const buffer = bufferOf(segment.memory);
  const regions = regionsOf(facts).map(([at, bytes]) => new Uint8Array(buffer, at, bytes));
  const { hidden, removed } = segment.marks();
  return { ...facts, sections: [...regions, new Uint8Array(hidden.buffer), new Uint8Array(removed.buffer)] };
}

async function writeAside(file: string, parts: readonly Part[]): Promise<void> {
  const aside = `${file}.${randomUUID()}.part`;
  try {
    await using handle = await open(aside, "wx", 0o600);
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

async function writeParts(handle: FileHandle, parts: readonly Part[]): Promise<void> {
  const saved: SavedSegment[] = [];
  for (const { sections, ...facts } of parts) {
    const written: Section[] = [];
    for (const bytes of sections) written.push(await writeSection(handle, bytes));
    saved.push({ ...facts, sections: written });
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

async function writeSection(handle: FileHandle, bytes: Uint8Array): Promise<Section> {
  let crc = 0;
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const slice = Buffer.from(bytes.slice(at, at + SLICE_BYTES));
    crc = crc32(slice, crc);
    await handle.writeFile(slice);
  }
  return { bytes: bytes.length, crc };
}

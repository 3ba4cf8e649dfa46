import { open, type FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { LiveIndex, type HammingIndex, type IndexOptions } from "../hamming-index.ts";
import { defaultKernel, type KernelKind } from "../kernel/kernel.ts";
import { layoutOf, writeTables } from "../segments/layout.ts";
import { MemoryPool } from "../segments/memory-pool.ts";
import { bufferOf, type SegmentMemory } from "../segments/segment-memory.ts";
import { Segment } from "../segments/segment.ts";
import { FOOTER_BYTES, MAGIC, regionsOf, shapeOf, SLICE_BYTES, SNAPSHOT_VERSION, validIndex } from "./snapshot.ts";
import type { SavedSegment, Section, SnapshotRefusal } from "./snapshot.ts";
import { Tail } from "../segments/tail.ts";

/** An index from a snapshot, or why there is none: then build it anew from where its entries come from. */
export type OpenedSnapshot = { ok: true; index: HammingIndex } | { ok: false; reason: SnapshotRefusal };

/**
 * Reads an index that `save` has written; nothing of it is taken unless all of it is as it was written. Rejects only
 * when the file cannot be read for a reason of the file system. About 1 s for 10 million entries in the page cache.
 */
export async function openSnapshot(file: string, options: IndexOptions = {}): Promise<OpenedSnapshot> {
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (failure) {
    if (failure instanceof Error && "code" in failure && failure.code === "ENOENT") return refused("missing");
    throw failure;
  }
  await using file_ = handle;
  const index = await readIndex(file_);
  if (!Array.isArray(index)) return refused(index);
  const memories = options.threads?.memories ?? new MemoryPool();
  const segments = await readSegments(file_, index, options.kernel ?? defaultKernel, memories);
  return segments === undefined ? refused("corrupt") : { ok: true, index: new LiveIndex(options, segments) };
}

function refused(reason: SnapshotRefusal): OpenedSnapshot {
  return { ok: false, reason };
}

async function readIndex(handle: FileHandle): Promise<SavedSegment[] | SnapshotRefusal> {
  const { size } = await handle.stat();
  if (size < FOOTER_BYTES) return "truncated";
  const footer = Buffer.alloc(FOOTER_BYTES);
  await handle.read(footer, 0, FOOTER_BYTES, size - FOOTER_BYTES);
  if (!footer.subarray(0, MAGIC.length).equals(MAGIC)) return "truncated";
  if (footer.readUInt32LE(20) !== crc32(footer.subarray(0, 20))) return "corrupt";
  if (footer.readUInt32LE(8) !== SNAPSHOT_VERSION) return "other_version";
  const length = footer.readUInt32LE(12);
  if (length > size - FOOTER_BYTES) return "truncated";
  const text = Buffer.alloc(length);
  await handle.read(text, 0, length, size - FOOTER_BYTES - length);
  if (footer.readUInt32LE(16) !== crc32(text)) return "corrupt";
  const index = validIndex(text.toString());
  if (index === undefined) return "corrupt";
  const bytes = index.flatMap(({ sections }) => sections).reduce((sum, section) => sum + section.bytes, 0);
  return bytes === size - FOOTER_BYTES - length ? index : "truncated";
}

/** All of them or none: then their memories are for others. */
async function readSegments(handle: FileHandle, index: SavedSegment[], kernel: KernelKind, memories: MemoryPool) {
  const reader = new SectionReader(handle);
  const taken: SegmentMemory[] = [];
  const [segments, tails]: [Segment[], Tail[]] = [[], []];
  let whole = false;
  try {
    for (const saved of index) {
      const shape = shapeOf(saved);
      const layout = layoutOf(shape);
      const memory = memories.take(kernel, layout.bytes);
      taken.push(memory);
      const buffer = bufferOf(memory);
      writeTables(buffer, layout);
      const marks = Math.ceil(shape.rows / 32) * 4;
      const places = [...regionsOf(saved), [layout.hiddenAt, marks], [layout.removedAt, marks]] as const;
      for (const [i, [at, bytes]] of places.entries()) {
        if (!(await reader.read(saved.sections[i], new Uint8Array(buffer, at, bytes)))) return undefined;
      }
      const segment = new Segment(memory, shape, saved.rows, kernel);
      if (saved.kind === "segment") segments.push(segment);
      else tails.push(new Tail(segment));
    }
    whole = true;
    return { segments, tails };
  } finally {
    if (!whole) for (const memory of taken) memories.giveBack(memory);
  }
}

/** Reads section after section. */
class SectionReader {
  readonly #handle: FileHandle;
  #position = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Whether it came whole and as it was written. */
  async read(section: Section | undefined, into: Uint8Array): Promise<boolean> {
    if (section === undefined) return false;
    const { bytes, crc } = section;
    let sum = 0;
    for (let at = 0; at < bytes;) {
      const length = Math.min(SLICE_BYTES, bytes - at);
      const { bytesRead } = await this.#handle.read(into, at, length, this.#position + at);
      if (bytesRead === 0) return false;
      sum = crc32(into.subarray(at, at + bytesRead), sum);
      at += bytesRead;
    }
    this.#position += bytes;
    return sum === crc;
  }
}

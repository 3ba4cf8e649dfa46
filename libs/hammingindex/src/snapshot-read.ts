import { open, type FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { LiveIndex, type HammingIndex, type IndexOptions } from "./hamming-index.ts";
import { defaultKernel, type KernelKind } from "./kernel.ts";
import { layoutOf, writeTables, type Shape } from "./layout.ts";
import { bufferOf } from "./segment-memory.ts";
import { MemoryPool } from "./memory-pool.ts";
import { Segment } from "./segment.ts";
import {
  FOOTER_BYTES,
  MAGIC,
  SLICE_BYTES,
  SNAPSHOT_VERSION,
  type SavedSegment,
  type Section,
  type SnapshotRefusal,
} from "./snapshot.ts";
import { Tail } from "./tail.ts";

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
  const reader = new SectionReader(file_);
  const [segments, tails]: [Segment[], Tail[]] = [[], []];
  for (const saved of index) {
    const segment = await readSegment(reader, saved, options.kernel ?? defaultKernel, memories);
    if (segment === undefined) return refused("corrupt");
    if (saved.kind === "segment") segments.push(segment);
    else tails.push(new Tail(segment));
  }
  return { ok: true, index: new LiveIndex(options, { segments, tails }) };
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
  const index = JSON.parse(text.toString()) as SavedSegment[];
  const bytes = index.reduce((sum, { image, hidden, removed }) => sum + image.bytes + hidden.bytes + removed.bytes, 0);
  return bytes === size - FOOTER_BYTES - length ? index : "truncated";
}

async function readSegment(reader: SectionReader, saved: SavedSegment, kernel: KernelKind, memories: MemoryPool) {
  const shape: Shape = { ...saved.shape, firstId: saved.shape.firstId ?? undefined };
  const layout = layoutOf(shape);
  const memory = memories.take(kernel, layout.bytes);
  const buffer = bufferOf(memory);
  const imageBytes = layout.workAt - layout.rowsAt;
  const bitmap = Math.ceil(shape.rows / 32) * 4;
  // Checksums prove what was written, not that it fits: a file by other code is no reason to write beside the memory.
  if (saved.image.bytes !== imageBytes || saved.hidden.bytes !== bitmap || saved.removed.bytes !== bitmap)
    return undefined;
  writeTables(buffer, layout);
  const whole =
    (await reader.read(saved.image, new Uint8Array(buffer, layout.rowsAt, imageBytes))) &&
    (await reader.read(saved.hidden, new Uint8Array(buffer, layout.hiddenAt, bitmap))) &&
    (await reader.read(saved.removed, new Uint8Array(buffer, layout.removedAt, bitmap)));
  if (!whole) return undefined;
  return new Segment(memory, shape, saved.rows, kernel);
}

/** Reads section after section. */
class SectionReader {
  readonly #handle: FileHandle;
  #position = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Whether it came whole and as it was written. */
  async read({ bytes, crc }: Section, into: Uint8Array): Promise<boolean> {
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

import type { KernelKind } from "../kernel/kernel.ts";

/** Memory that all threads see: a WebAssembly one, or a plain buffer where only TypeScript runs. */
export type SegmentMemory = WebAssembly.Memory | SharedArrayBuffer;

const PAGE = 65_536;
const MOST_PAGES = 65_536;

/** Zeroes. It can grow up to 4 GiB; what is not written costs addresses and no memory. */
export function allocate(kind: KernelKind, bytes: number): SegmentMemory {
  if (kind === "typescript") return new SharedArrayBuffer(bytes, { maxByteLength: MOST_PAGES * PAGE - PAGE });
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: MOST_PAGES, shared: true });
}

export function grow(memory: SegmentMemory, bytes: number): void {
  const more = bytes - bufferOf(memory).byteLength;
  if (more <= 0) return;
  if (memory instanceof SharedArrayBuffer) memory.grow(bytes);
  else memory.grow(Math.ceil(more / PAGE));
}

export function bufferOf(memory: SegmentMemory): SharedArrayBuffer {
  return memory instanceof SharedArrayBuffer ? memory : (memory.buffer as unknown as SharedArrayBuffer);
}

import type { Kernel, KernelKind } from "./kernel.ts";
import { TypeScriptKernel } from "./kernel-typescript.ts";
import { wasmKernel } from "./kernel-wasm.ts";
import type { Layout, Scratch } from "../segments/layout.ts";
import { bufferOf, type SegmentMemory } from "../segments/segment-memory.ts";

/** A kernel for this thread. A memory made for TypeScript has no WebAssembly kernel. */
export function openKernel(kind: KernelKind, memory: SegmentMemory, layout: Layout, scratch: Scratch): Kernel {
  if (kind === "wasm" && memory instanceof WebAssembly.Memory) return wasmKernel(memory, layout, scratch);
  return new TypeScriptKernel(bufferOf(memory), layout, scratch);
}

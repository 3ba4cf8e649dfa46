import { readFileSync } from "node:fs";
import type { Kernel } from "./kernel.ts";
import type { Layout, Scratch } from "../segments/layout.ts";

interface Exports extends Kernel {
  open(rowsAt: number, hiddenAt: number, permutationAt: number, tableAt: number, bands: number, masksAt: number): void;
  openScratch(at: number, probesAt: number, candidatesAt: number, room: number, heapAt: number): void;
}

let compiled: WebAssembly.Module | undefined;

/** An instance over the memory; several threads can each have one. */
export function wasmKernel(memory: WebAssembly.Memory, layout: Layout, scratch: Scratch): Kernel {
  compiled ??= new WebAssembly.Module(readFileSync(new URL("../../kernel/kernel.wasm", import.meta.url)));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const kernel = exports as unknown as Exports;
  const { rowsAt, hiddenAt, permutationAt, bandTableAt, bands, masksAt } = layout;
  kernel.open(rowsAt, hiddenAt, permutationAt, bandTableAt, bands.length, masksAt);
  const { queryAt, probesAt, candidatesAt, candidateRoom, heapAt } = scratch;
  kernel.openScratch(queryAt, probesAt, candidatesAt, candidateRoom, heapAt);
  return kernel;
}

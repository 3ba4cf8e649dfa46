import type { KernelKind } from "../kernel/kernel.ts";
import { openKernel } from "../kernel/open-kernel.ts";
import { layoutOf, scratchOf, writeTables, type Layout, type Shape } from "../segments/layout.ts";
import { bufferOf, type SegmentMemory } from "../segments/segment-memory.ts";

/** Makes rows that stand in a memory, unpermuted, searchable. The memory has the size that the shape asks for. */
export function buildInPlace(memory: SegmentMemory, shape: Shape, kind: KernelKind): void {
  const layout = layoutOf(shape);
  writeTables(bufferOf(memory), layout);
  if (shape.bandCount === 0) return;
  openKernel(kind, memory, layout, scratchOf(layout, 0)).permuteRows(0, shape.rows);
  buildBands(memory, layout, shape, kind);
}

/** Builds the bands over rows whose bits are permuted already. */
export function buildBands(memory: SegmentMemory, layout: Layout, shape: Shape, kind: KernelKind): void {
  const kernel = openKernel(kind, memory, layout, scratchOf(layout, 0));
  for (let band = 0; band < shape.bandCount; band++) kernel.buildBand(band, shape.rows, layout.workAt);
}

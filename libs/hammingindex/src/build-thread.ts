import { parentPort } from "node:worker_threads";
import { buildInPlace } from "./build.ts";
import type { KernelKind } from "./kernel.ts";
import type { Shape } from "./layout.ts";
import { mergeSegments } from "./merge.ts";
import type { MergeSource } from "./row-reader.ts";
import type { SegmentMemory } from "./segment-memory.ts";
import { answerWith, type Numbered } from "./thread-calls.ts";

export type ToBuildThread = { kernel: KernelKind } & (
  | { build: { memory: SegmentMemory; shape: Shape } }
  | { merge: { sources: MergeSource[]; memory: SegmentMemory } }
);

parentPort?.on("message", (message: ToBuildThread & Numbered) => {
  if (parentPort !== null) answerWith(parentPort, message.call, () => ({ result: work(message) }));
});

function work(message: ToBuildThread): Shape | undefined {
  if ("merge" in message) return mergeSegments(message.merge.sources, message.merge.memory, message.kernel);
  buildInPlace(message.build.memory, message.build.shape, message.kernel);
  return undefined;
}

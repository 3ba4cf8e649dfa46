import { parentPort } from "node:worker_threads";
import { buildInPlace } from "./build.ts";
import type { KernelKind } from "../kernel/kernel.ts";
import type { Shape } from "../segments/layout.ts";
import { mergeSegments } from "./merge.ts";
import type { MergeSource } from "./row-reader.ts";
import type { SegmentMemory } from "../segments/segment-memory.ts";
import { writeParts, type SnapshotPart } from "../snapshot/snapshot-write.ts";
import { answerWith, type Numbered } from "../search/thread-calls.ts";

export type ToBuildThread =
  | { build: { memory: SegmentMemory; shape: Shape; kernel: KernelKind } }
  | { merge: { sources: MergeSource[]; memory: SegmentMemory; kernel: KernelKind } }
  | { write: { file: string; parts: SnapshotPart[] } };

parentPort?.on("message", (message: ToBuildThread & Numbered) => {
  if (parentPort !== null) void answerWith(parentPort, message.call, async () => ({ result: await work(message) }));
});

async function work(message: ToBuildThread): Promise<Shape | undefined> {
  if ("merge" in message) return mergeSegments(message.merge.sources, message.merge.memory, message.merge.kernel);
  if ("write" in message) await writeParts(message.write.file, message.write.parts);
  else buildInPlace(message.build.memory, message.build.shape, message.build.kernel);
  return undefined;
}

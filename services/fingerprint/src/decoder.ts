import { setImmediate } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";
import { perceptualHashes } from "@ntd/imagehash";
import type { DecoderAnswer, DecoderMessage, DecoderTask } from "./decoding.ts";

// A process of its own: it gets a picture's bytes over its channel, answers with hashes, and can be killed at any
// moment. It ends by itself when its parent does, since then the channel closes and nothing is left to do.
process.on("message", (task: DecoderTask) => {
  void hash(task).then(say);
});
say({ kind: "ready" });

async function hash({ bytes, recipe }: DecoderTask): Promise<DecoderAnswer> {
  const hashes = await perceptualHashes(bytes, { recipe });
  await giveBackPixels();
  return hashes.ok ? { kind: "decoded", ...hashes } : { kind: "refused", reason: hashes.reason };
}

/** Pixels lie outside the heap, which is so small that nothing would make the collector look after them. */
async function giveBackPixels(): Promise<void> {
  // process.memoryUsage() reads /proc, which is not there.
  if (getHeapStatistics().external_memory < 32 * 1024 * 1024) return;
  globalThis.gc?.();
  await setImmediate();
}

// That the parent has gone is no fault here: the end of the channel is the end of this process.
function say(message: DecoderMessage): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

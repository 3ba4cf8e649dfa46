import { setImmediate } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";
import {
  kernelsDifferingOver,
  kernelsDifferingOverVectors,
  perceptualHashes,
  type HashOptions,
  type PerceptualAlgorithm,
} from "@ntd/imagehash";
import type { DecoderAnswer, DecoderMessage, DecoderTask } from "./decoding.ts";

// A process of its own: it gets a picture's bytes over its channel, answers with hashes, and can be killed at any
// moment. It ends by itself when its parent does, since then the channel closes and nothing is left to do.
process.on("message", (task: DecoderTask) => {
  void hash(task).then(say);
});
say({ kind: "ready", differing: kernelsDifferingOverVectors() });

/** The other code takes 0.05 s a megapixel: what is more of one file is not watched, and the next one is in its place. */
const MOST_WATCHED_PIXELS = 4_000_000;

async function hash({ bytes, recipe, watch }: DecoderTask): Promise<DecoderAnswer> {
  let [left, kernels]: [number, PerceptualAlgorithm[]] = [watch ? MOST_WATCHED_PIXELS : 0, []];
  const onHashed: HashOptions["onHashed"] = (picture, hashes) => {
    const area = picture.width * picture.height;
    if (area > left) return;
    left -= area;
    kernels = [...kernels, ...kernelsDifferingOver(picture, hashes)];
  };
  const onSoFar: HashOptions["onSoFar"] = (known) => {
    if (kernels.length === 0) say({ kind: "so far", known: { kind: "decoded", ...known } });
  };
  const hashes = await perceptualHashes(bytes, { recipe, onHashed, onSoFar });
  await giveBackPixels();
  if (!hashes.ok) return { kind: "refused", reason: hashes.reason };
  return kernels.length > 0
    ? { kind: "differs", kernels }
    : { kind: "decoded", watched: watch && left < MOST_WATCHED_PIXELS, ...hashes };
}

/**
 * Pixels lie outside the heap, which is so small that nothing would make the collector look after them. What one
 * collection finds is freed beside it, by whenever the next one begins.
 */
async function giveBackPixels(): Promise<void> {
  // process.memoryUsage() reads /proc, which is not there.
  if (getHeapStatistics().external_memory < 32 * 1024 * 1024) return;
  globalThis.gc?.();
  await setImmediate();
  globalThis.gc?.();
}

// That the parent has gone is no fault here: the end of the channel is the end of this process.
function say(message: DecoderMessage): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

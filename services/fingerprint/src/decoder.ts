import { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";
import {
  kernelsDifferingOver,
  kernelsDifferingOverVectors,
  perceptualHashes,
  type HashOptions,
  type PerceptualAlgorithm,
} from "@ntd/imagehash";
import { lineOf, tasksFrom } from "./decoder-words.ts";
import type { DecoderAnswer, DecoderTask } from "./decoding.ts";

// A process of its own: it gets a picture's bytes over a pipe, whose descriptor is its last argument, answers with hashes,
// and can be killed at any moment. It ends by itself when its parent does, since then the pipe closes and nothing is left
// to do.
const pipe = new Socket({ fd: Number(process.argv.at(-1)) });
// That the parent has gone is no fault here.
pipe.on("error", () => pipe.destroy());
pipe.write(lineOf("ready", kernelsDifferingOverVectors()));

/** The other code takes 0.05 s a megapixel: what is more of one file is not watched, and the next one is in its place. */
const MOST_WATCHED_PIXELS = 4_000_000;

async function hash({ bytes, recipe, derived, watch }: DecoderTask): Promise<DecoderAnswer> {
  let [left, kernels]: [number, PerceptualAlgorithm[]] = [watch ? MOST_WATCHED_PIXELS : 0, []];
  const onHashed: HashOptions["onHashed"] = (picture, hashes) => {
    const area = picture.width * picture.height;
    if (area > left) return;
    left -= area;
    kernels = [...new Set([...kernels, ...kernelsDifferingOver(picture, hashes)])];
  };
  const onSoFar: HashOptions["onSoFar"] = (known) => {
    if (kernels.length === 0) pipe.write(lineOf("so-far", { kind: "decoded", ...known }));
  };
  const hashes = await perceptualHashes(bytes, { recipe, derived, onHashed, onSoFar });
  await giveBackPixels();
  if (!hashes.ok) {
    const { reason, format } = hashes;
    return { kind: "refused", reason, ...(format && { format }) };
  }
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

for await (const task of tasksFrom(pipe)) pipe.write(lineOf("answer", await hash(task)));

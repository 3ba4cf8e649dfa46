import { setImmediate } from "node:timers/promises";
import { callSignal } from "./call-signal.ts";

/** Code that runs for the first time takes thirty times as long: by the clock, not by how much was done. */
const STRETCH_MS = 1;

/**
 * Does long work a slice at a time: whoever waits for the processor has a turn between two of them, a millisecond after
 * the last one. Ends with its call.
 */
export async function inSlices<T>(work: Generator<void, T>): Promise<T> {
  const signal = callSignal();
  for (let began = performance.now(); ;) {
    signal?.throwIfAborted();
    const next = work.next();
    if (next.done === true) return next.value;
    if (performance.now() - began < STRETCH_MS) continue;
    await setImmediate();
    began = performance.now();
  }
}

import { setImmediate } from "node:timers/promises";

/** Does long work a slice at a time: whoever waits for the processor has a turn between two of them. */
export async function inSlices<T>(work: Generator<void, T>): Promise<T> {
  for (let next = work.next(); ; next = work.next()) {
    if (next.done === true) return next.value;
    await setImmediate();
  }
}

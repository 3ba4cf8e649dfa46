import { setImmediate } from "node:timers/promises";
import { callSignal } from "./call-signal.ts";

/** Does long work a slice at a time: whoever waits for the processor has a turn between two of them. Ends with its call. */
export async function inSlices<T>(work: Generator<void, T>): Promise<T> {
  for (let next = work.next(); ; next = work.next()) {
    if (next.done === true) return next.value;
    await setImmediate();
    callSignal()?.throwIfAborted();
  }
}

import { AsyncLocalStorage } from "node:async_hooks";

const current = new AsyncLocalStorage<AbortSignal | undefined>();

/** Does `work` in the course of a call: `signal` aborts when nobody waits for its answer any more. */
export function inCall<T>(signal: AbortSignal, work: () => T): T {
  return current.run(signal, work);
}

/**
 * The signal of the call in whose course this runs; undefined in background work. What lasts heeds it without being handed
 * it: calls to peers, pages of a store, work in slices.
 */
export function callSignal(): AbortSignal | undefined {
  return current.getStore();
}

/** Does `work` that others wait for, too: it goes on when the call that began it is over. */
export function beyondCall<T>(work: () => T): T {
  return current.run(undefined, work);
}

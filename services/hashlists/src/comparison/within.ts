import { setTimeout as delay } from "node:timers/promises";

/** What a promise gives, or undefined once it has taken so long. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const enough = new AbortController();
  const late = delay(ms, undefined, { signal: enough.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    enough.abort();
  }
}

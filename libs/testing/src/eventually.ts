import { setTimeout as delay } from "node:timers/promises";

/**
 * Asks `probe` again and again until it returns something other than undefined or false, and returns that. Fails after
 * `deadlineMs` with what the last try said.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  deadlineMs = 30_000,
): Promise<T> {
  const until = performance.now() + deadlineMs;
  for (let last: unknown; ;) {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > until) throw new Error(`not within ${deadlineMs} ms: ${what}`, { cause: last });
    await delay(20);
  }
}

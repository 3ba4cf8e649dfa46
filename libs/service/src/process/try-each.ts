import { Problem } from "../problem/problem.ts";

/** Away or full for one, the store is so for all of them. */
const STORE: ReadonlySet<string> = new Set(["STORE_UNAVAILABLE", "STORE_FULL"]);

/**
 * Does `act` with one after the other, page by page. One that fails keeps no other from its turn: the first failure is
 * thrown last. None begins after `stop`.
 */
export async function tryEach<T>(
  pages: AsyncIterable<readonly T[]> | Iterable<readonly T[]>,
  stop: AbortSignal,
  act: (one: T) => Promise<unknown>,
): Promise<void> {
  let first: { error: unknown } | undefined;
  for await (const page of pages) {
    for (const one of page) {
      if (stop.aborted) return;
      try {
        await act(one);
      } catch (error) {
        if (STORE.has(Problem.from(error).reason)) throw error;
        first ??= { error };
      }
    }
  }
  if (first !== undefined) throw first.error;
}

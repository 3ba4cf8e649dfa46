import type { IndexOptions, IndexThreads } from "@ntd/hammingindex";
import type { KnownSet } from "../store.ts";

/** A set up to this size is searched sooner than a thread is woken. */
const SMALL = 10_000;

export function indexOptions({ entryCount }: Pick<KnownSet, "entryCount">, threads: IndexThreads): IndexOptions {
  return isSmall(entryCount) ? {} : { threads };
}

export function isSmall(entryCount: number): boolean {
  return entryCount <= SMALL;
}

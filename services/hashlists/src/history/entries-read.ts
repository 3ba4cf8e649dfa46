import { derivedId } from "@ntd/service";
import { change } from "@ntd/store";
import type { Collections } from "../store.ts";

/** How many entries of a release somebody looked at on a day: who has seen all of a list has it. Never which ones. */
export interface ReadState {
  schemaVersion: 1;
  setId: string;
  releaseId: string;
  by: string;
  /** Of the first page. */
  time: Date;
  entryCount: number;
}

interface Read extends Pick<ReadState, "setId" | "releaseId" | "by"> {
  entryCount: number;
  now: Date;
}

/** Notes a page before it leaves: what cannot be noted is not shown. */
export async function noteRead(
  { reads }: Pick<Collections, "reads">,
  { setId, releaseId, by, entryCount, now }: Read,
): Promise<void> {
  if (entryCount === 0) return;
  const day = now.toISOString().slice(0, 10);
  await change(reads, derivedId("entries-read", setId, releaseId, by, day), (read) => {
    const before = read ?? { schemaVersion: 1, setId, releaseId, by, time: now, entryCount: 0 };
    return { state: { ...before, entryCount: before.entryCount + entryCount } };
  });
}

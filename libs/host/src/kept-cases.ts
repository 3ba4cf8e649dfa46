import { startLoop, tryEach, type Logger, type Loop } from "@ntd/service";
import { change, type Collection, type Store } from "@ntd/store";

/** That a case is under a legal hold, or was: what a service remembers of it that keeps no view of cases. */
export interface KeptCase {
  schemaVersion: 1;
  targetId: string;
  /** Version of the case at which its hold began or ended. */
  version: number;
  kept?: true;
}

/** By the ids of their cases. */
export type KeptCases = Collection<KeptCase, "kept">;

export function openKeptCases(store: Store): Promise<KeptCases> {
  return store.collection<KeptCase, "kept">({ name: "kept_cases", fields: { kept: ({ kept }) => kept } });
}

/** What an event of a case says of its legal hold. */
export interface HeardCase {
  caseId: string;
  targetId: string;
  version: number;
  isKept: boolean;
}

/**
 * Remembers whether a case is under a legal hold. True where what is here is to be kept now: the hold is new, or its very
 * event comes again, since a crash may have cut short what it led to. What comes while it lasts is the loop's.
 */
export async function heardOfHold(
  { keptCases }: { keptCases: Pick<KeptCases, "load" | "insert" | "save"> },
  { caseId, targetId, version, isKept }: HeardCase,
): Promise<boolean> {
  let isNew = false;
  await change(keptCases, caseId, (known) => {
    const { version: before, kept = false } = known ?? { version: 0 };
    isNew = isKept && (before === version || (before < version && !kept));
    if (before >= version || kept === isKept) return undefined;
    return { state: { schemaVersion: 1 as const, targetId, version, ...(isKept && { kept: true as const }) } };
  });
  return isNew;
}

type Keep = (aCase: { caseId: string; targetId: string }) => Promise<void>;

/** Has `keep` keep what came, since its legal hold began, of every case under one: often enough, since keys outlast what they seal by months. */
export function startKeepingCases(deps: { keptCases: KeptCases; log: Logger }, keep: Keep): Loop {
  return startLoop("keep what is under a legal hold", 3_600_000, deps.log, (stop) => keepCases(deps, keep, stop));
}

export async function keepCases(
  { keptCases }: { keptCases: KeptCases },
  keep: Keep,
  stop = new AbortController().signal,
): Promise<void> {
  const kept = keptCases.pages({ where: { kept: true } }, PAGE);
  await tryEach(kept, stop, ({ id: caseId, state: { targetId } }) => keep({ caseId, targetId }));
}

const PAGE = 100;

import type { Document } from "@ntd/store";
import { counterKey } from "../sets/counter-key.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";
import type { PackedStepsState } from "./packed-steps.ts";

/** Documents that are read at once. */
const AT_ONCE = 4;

type Needed = Pick<Collections, "sets" | "revocations" | "packedSteps">;

/**
 * What was packed of a set behind a counter, as far as it follows on from there. A restore may bring back more of it than of
 * the set, as of a backup that copies one collection after the other: what is not of the set as it is would hide what takes
 * effect from now on. It is removed, and packed anew by who reads.
 */
export async function* packedBehind(
  collections: Needed,
  set: HashSetState,
  after: number,
): AsyncGenerator<PackedStepsState, void, undefined> {
  let at = after;
  for await (const page of collections.packedSteps.pages(behind(set.setId, after), AT_ONCE)) {
    const ofSet = await ofTheSet(collections, set, page);
    for (const { id, state } of page) {
      if (!ofSet.has(id)) return await removeFrom(collections, state);
      // The one before it was not written: a disk was full.
      if (state.after > at) return;
      yield state;
      at = state.through;
    }
  }
}

// Each ends with the revocation that took effect with that counter, and another one did since: else it were not full.
async function ofTheSet(
  { sets, revocations }: Needed,
  { setId, lastRevocation }: HashSetState,
  page: readonly Document<PackedStepsState>[],
): Promise<ReadonlySet<string>> {
  let newest = lastRevocation?.counter ?? 0;
  // Whoever asks may have read the set before others went on with it.
  if (page.some(({ state }) => state.through >= newest)) {
    newest = (await sets.load(setId))?.state.lastRevocation?.counter ?? 0;
  }
  const keys = page.map(({ state }) => counterKey(setId, state.through));
  const { columns } = await revocations.project(
    { where: { effective: { in: keys } } },
    { id: "text", effective: "text" },
  );
  const lasts = new Map<string, string[]>();
  for (const [nth, key] of columns.effective.entries()) {
    lasts.set(key, [...(lasts.get(key) ?? []), columns.id[nth] ?? ""]);
  }
  const are = page.filter(({ state: { through, last } }) => {
    const [found, ...others] = lasts.get(counterKey(setId, through)) ?? [];
    return through < newest && found === last && others.length === 0;
  });
  return new Set(are.map(({ id }) => id));
}

// All that is packed behind it goes, too. Nobody waits for it: where it stays it is passed over again.
async function removeFrom({ packedSteps }: Needed, { setId, after }: PackedStepsState): Promise<void> {
  try {
    const { columns } = await packedSteps.project(behind(setId, after), { id: "text" });
    await packedSteps.remove(...columns.id);
  } catch {
    // A store that is held, or away for a moment.
  }
}

function behind(setId: string, counter: number) {
  const through = { gt: counterKey(setId, counter), lte: counterKey(setId, Number.MAX_SAFE_INTEGER) };
  return { where: { through }, orderBy: "through" } as const;
}

import { derivedId } from "@ntd/service";
import { change } from "@ntd/store";
import type { EntryAct, EntryActState } from "./entry-acts.ts";
import type { EntryOpinionsState } from "./entry-opinions.ts";
import type { OpinionCollections } from "./store-opinions.ts";

/** Writes what the entry's document holds of acts into the history, once, however often it is begun. */
export async function noteActs(
  { opinions, entryActs }: Pick<OpinionCollections, "opinions" | "entryActs">,
  of: EntryOpinionsState,
): Promise<void> {
  const { setId, entryId, acts = [] } = of;
  if (acts.length === 0) return;
  const documents = acts.map((act) => {
    const state: EntryActState = { schemaVersion: 1, setId, entryId, ...act };
    return { id: idOf(entryId, act), state };
  });
  await entryActs.insertMany(documents);
  const written = new Set(documents.map(({ id }) => id));
  await change(opinions, entryId, (now) => {
    if (now?.acts === undefined || now.acts.length === 0) return undefined;
    return { state: { ...now, acts: now.acts.filter((act) => !written.has(idOf(entryId, act))) } };
  });
}

function idOf(entryId: string, { kind, by = "", reason, time }: EntryAct): string {
  return derivedId("entry-act", entryId, kind, by, reason, time.toISOString());
}

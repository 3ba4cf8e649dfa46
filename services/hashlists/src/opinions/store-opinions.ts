import type { Collection, Store } from "@ntd/store";
import type { AloneState } from "../sets/alone.ts";
import type { DisabledAlone } from "./disabled-alone.ts";
import type { EntryActState } from "./entry-acts.ts";
import { endsAt, rankOf, untold, type EntryOpinionsState } from "./entry-opinions.ts";
import { removeAt, type OpinionCallState } from "./opinion-call.ts";
import { counterKey } from "../sets/counter-key.ts";

export interface OpinionCollections {
  /** What is said of an entry, by its id; none where nothing is. No event tells of it but the set's. */
  opinions: Collection<
    EntryOpinionsState,
    "setId" | "rank" | "untoldIn" | "toldAt" | "endsAt" | "actsIn" | "notedTime" | "disabledTime" | "enabledTime"
  >;
  /** By the person's id, see `aloneIdOf`. */
  disabledAlone: Collection<AloneState<DisabledAlone>>;
  /** What was done with entries, as the history of a set tells it. */
  entryActs: Collection<EntryActState, "setId" | "time">;
  opinionCalls: Collection<OpinionCallState, "unfinished" | "removeAt" | "setId" | "givenTime">;
}

export async function openOpinions(store: Store): Promise<OpinionCollections> {
  return {
    opinions: await store.collection({
      name: "opinions",
      fields: {
        setId: ({ setId }) => setId,
        rank: rankOf,
        untoldIn: (of) => (untold(of) === undefined ? undefined : of.setId),
        toldAt: ({ setId, told }) => (told.length === 0 ? undefined : counterKey(setId, told.at(-1)?.counter ?? 0)),
        endsAt,
        actsIn: ({ setId, acts = [] }) => (acts.length > 0 ? setId : undefined),
        // Of documents of earlier versions, whose acts are written nowhere else.
        notedTime: ({ notes, acts }) => (acts ? undefined : notes.at(-1)?.time),
        disabledTime: ({ disabling, acts }) => (acts ? undefined : disabling?.sinceTime),
        enabledTime: ({ disabling, acts }) => (acts ? undefined : disabling?.ended?.time),
      },
      indexes: [
        { fields: ["setId", "rank"] },
        { fields: ["setId", "notedTime"] },
        { fields: ["setId", "disabledTime"] },
        { fields: ["setId", "enabledTime"] },
      ],
      // They take protection away, or keep machines from deciding.
      journaled: () => true,
    }),
    // A restore leaves nobody a second share.
    disabledAlone: await store.collection({ name: "disabled-alone", fields: {}, journaled: () => true }),
    entryActs: await store.collection({
      name: "entry-acts",
      fields: { setId: ({ setId }) => setId, time: ({ time }) => time },
      indexes: [{ fields: ["setId", "time"] }],
    }),
    opinionCalls: await store.collection({
      name: "opinion-calls",
      fields: {
        unfinished: ({ isDone, setId }) => (isDone ? undefined : setId),
        removeAt,
        setId: ({ setId }) => setId,
        givenTime: ({ given }) => given.time,
      },
      indexes: [{ fields: ["setId", "givenTime"] }],
      journaled: () => true,
    }),
  };
}

import { openKeptCases, openReadings, openRestored, type KeptCases, type Readings, type RestoredMark } from "@ntd/host";
import type { Collection, Store } from "@ntd/store";
import type { Evidence } from "./evidence/keep.ts";
import type { Requests } from "./evidence/register.ts";
import type { RequestPage } from "./evidence/requests.ts";
import { queueOf } from "./schedule/lane.ts";
import { emptyAtOf, type Pages } from "./page/keep.ts";
import type { PagePart } from "./page/page-state.ts";
import { isGoneBySilence } from "./targets/lift.ts";
import { questionOf } from "./sightings/question.ts";
import type { PersonsWord, Target } from "./targets/target-state.ts";

export interface Collections {
  /** One document per address; its id is the target's. */
  targets: Targets;
  /** What is on pages, in parts. */
  pages: Pages;
  /** What persons said of whole hosts, by the digests of their names. */
  hosts: Hosts;
  /** One document for each look that something is founded on. */
  evidence: Collection<Evidence>;
  /** Every request of ours, a document for a second of one process. */
  requests: Requests;
  /** One for each opening of an address. */
  readings: Readings;
  /** Cases under a legal hold: what is sealed of their targets is kept. */
  keptCases: KeptCases;
  /** That this store was brought back from a backup. */
  restored: RestoredMark;
}

export type Hosts = Collection<HostMark>;

/** Machines decide nothing at this host but that they see the material, once two persons said so. */
export interface HostMark {
  schemaVersion: 1;
  asked: PersonsWord;
  /** The second person's word: from then on it is in force. */
  personOnly?: PersonsWord;
}

type Field = "queue" | "question" | "goneBySilence" | "illegal";

export type Targets = Collection<Target, Field>;

export async function openCollections(store: Store): Promise<Collections> {
  return {
    targets: await store.collection<Target, Field>({
      name: "targets",
      fields: {
        queue: queueOf,
        question: questionOf,
        goneBySilence: (target) => isGoneBySilence(target) || undefined,
        illegal: ({ targetId, verdict }) => (verdict?.isIllegal === true ? targetId : undefined),
      },
    }),
    pages: await store.collection<PagePart, "targetId" | "emptyAt">({
      name: "pages",
      fields: { targetId: ({ targetId }) => targetId, emptyAt: emptyAtOf },
    }),
    hosts: await store.collection<HostMark>({ name: "hosts", fields: {} }),
    evidence: await store.collection<Evidence>({ name: "evidence", fields: {} }),
    readings: await openReadings(store),
    keptCases: await openKeptCases(store),
    restored: await openRestored(store),
    requests: await store.collection<RequestPage, "end">({ name: "requests", fields: { end: ({ end }) => end } }),
  };
}

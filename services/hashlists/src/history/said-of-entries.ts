import type { HistoryKind } from "@ntd/proto/hashlists/v1/set_view_service";
import { ID_BYTES } from "../entries/entry-id.ts";
import type { EntryActState } from "../opinions/entry-acts.ts";
import type { EntryOpinionsState } from "../opinions/entry-opinions.ts";
import type { OpinionCallState } from "../opinions/opinion-call.ts";
import type { Opinion } from "../opinions/opinion.ts";
import { told, type Told } from "./history.ts";

/** What one person said of up to a thousand entries at once, or withdrew. */
export function toldByOpinions({ callId, given, ids }: OpinionCallState): Told {
  const { person, time, note: reason, opinion } = given;
  const kind = opinion === undefined ? "HISTORY_KIND_OPINION_WITHDRAWN" : OPINIONS[opinion];
  const entryCount = BigInt(ids.byteLength / ID_BYTES);
  // As the store orders them, whatever was said.
  return { ...told({ kind, time, person, reason, entryCount }), key: callId };
}

const OPINIONS = {
  ENTRY_OPINION_POSITIVE: "HISTORY_KIND_OPINION_POSITIVE",
  ENTRY_OPINION_SEED: "HISTORY_KIND_OPINION_SEED",
  ENTRY_OPINION_NEGATIVE: "HISTORY_KIND_OPINION_NEGATIVE",
} as const satisfies Record<Opinion, HistoryKind>;

/** A note, that an entry was disabled, or that this was over: by nobody, where its time was. */
export function toldByAct({ entryId, kind, by: person = "", reason, time }: EntryActState, id: string): Told {
  const entry = { kind: ACTS[kind], time, person, reason, subjectId: entryId, entryCount: 1n };
  // As the store orders them, whatever was done.
  return { ...told(entry), key: id };
}

const ACTS = {
  noted: "HISTORY_KIND_ENTRY_NOTED",
  disabled: "HISTORY_KIND_ENTRY_DISABLED",
  enabled: "HISTORY_KIND_ENTRY_ENABLED",
} as const satisfies Record<EntryActState["kind"], HistoryKind>;

/** The last note of an entry, as an earlier version kept it; so are the two below. */
export function toldByNote({ entryId, notes }: EntryOpinionsState): Told | undefined {
  const note = notes.at(-1);
  if (note === undefined) return undefined;
  const { time, by: person, text: reason } = note;
  return ofEntry(entryId, { kind: "HISTORY_KIND_ENTRY_NOTED", time, person, reason });
}

/** The last time that an entry was disabled. */
export function toldByDisabling({ entryId, disabling }: EntryOpinionsState): Told | undefined {
  if (disabling === undefined) return undefined;
  const { sinceTime: time, by: person, reason } = disabling;
  return ofEntry(entryId, { kind: "HISTORY_KIND_ENTRY_DISABLED", time, person, reason });
}

/** That the last disabling is over; by nobody, where its time was. */
export function toldByEnabling({ entryId, disabling }: EntryOpinionsState): Told | undefined {
  if (disabling?.ended === undefined) return undefined;
  const { time, by: person = "" } = disabling.ended;
  return ofEntry(entryId, { kind: "HISTORY_KIND_ENTRY_ENABLED", time, person });
}

function ofEntry(subjectId: string, act: Parameters<typeof told>[0]): Told {
  return told({ ...act, subjectId, entryCount: 1n }, subjectId);
}

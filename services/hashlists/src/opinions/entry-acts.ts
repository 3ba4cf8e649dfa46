import type { Disabling } from "./disabling.ts";
import type { EntryOpinionsState, Note } from "./entry-opinions.ts";

/** What was done with an entry, as the history of its set tells it. */
export interface EntryAct {
  kind: "noted" | "disabled" | "enabled";
  /** Absent: its time was over. */
  by?: string;
  reason: string;
  time: Date;
}

/** It never changes. */
export interface EntryActState extends EntryAct {
  schemaVersion: 1;
  setId: string;
  entryId: string;
}

/** With one more act that its set's history is to note; the first brings those that an earlier version left in it. */
export function withAct(before: EntryOpinionsState, after: EntryOpinionsState, act: EntryAct): EntryOpinionsState {
  return { ...after, acts: [...(before.acts ?? actsIn(before)), act] };
}

// In their order: of disablings an earlier version kept the last one.
function actsIn({ notes, disabling }: Pick<EntryOpinionsState, "notes" | "disabling">): EntryAct[] {
  return [...notes.map(noted), ...(disabling === undefined ? [] : actsOf(disabling))];
}

export function noted({ by, text: reason, time }: Note): EntryAct {
  return { kind: "noted", by, reason, time };
}

export function disabled({ by, reason, sinceTime: time }: Disabling): EntryAct {
  return { kind: "disabled", by, reason, time };
}

export function enabled({ time, by }: NonNullable<Disabling["ended"]>): EntryAct {
  return { kind: "enabled", ...(by !== undefined && { by }), reason: "", time };
}

function actsOf(disabling: Disabling): EntryAct[] {
  return [disabled(disabling), ...(disabling.ended === undefined ? [] : [enabled(disabling.ended)])];
}

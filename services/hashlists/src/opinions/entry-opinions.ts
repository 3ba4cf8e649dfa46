import type { AnsweredRequest } from "@ntd/rpc";
import { lapse, sameDoubt, type EntryDoubt } from "./entry-doubt.ts";
import { disable, enable, expire, isLasting, type Disabling } from "./disabling.ts";
import { disabled, enabled, noted, withAct, type EntryAct } from "./entry-acts.ts";
import { withOpinion, type Given } from "./opinion.ts";
import { AS_LISTED, sameStanding, standingOf, withTold, type Standing, type Told } from "../standings/standing.ts";

/** All that is said of one entry, in whatever release it is. */
export interface EntryOpinionsState {
  schemaVersion: 1;
  setId: string;
  entryId: string;
  /** One a person. */
  given: readonly Given[];
  /** The newest calls that gave or withdrew an opinion: finished again, one changes nothing. */
  calls: readonly string[];
  notes: readonly Note[];
  /** The newest. */
  disabling?: Disabling;
  /** Of what casework proposed: a decision that it is listed for is in doubt, or contradicted. */
  doubt?: EntryDoubt;
  /** What the set's history is to note; absent while an earlier version wrote it last, whose acts it tells from here. */
  acts?: readonly EntryAct[];
  /** What others heard of it, the newest last. */
  told: readonly Told[];
  requests: AnsweredRequest<true>[];
}

export interface Note {
  noteId: string;
  text: string;
  by: string;
  time: Date;
}

const KEPT_CALLS = 20;
const MOST_NOTES = 50;

export function nothingSaid(setId: string, entryId: string): EntryOpinionsState {
  return { schemaVersion: 1, setId, entryId, given: [], calls: [], notes: [], told: [], requests: [] };
}

/** With an opinion that a call gave or withdrew; undefined when it is there. */
export function afterCall(of: EntryOpinionsState, callId: string, one: Given): EntryOpinionsState | undefined {
  if (of.calls.includes(callId)) return undefined;
  return { ...of, given: withOpinion(of.given, one), calls: [...of.calls, callId].slice(-KEPT_CALLS) };
}

export function withNote(of: EntryOpinionsState, note: Note): EntryOpinionsState | "TOO_MANY" {
  return of.notes.length >= MOST_NOTES ? "TOO_MANY" : withAct(of, { ...of, notes: [...of.notes, note] }, noted(note));
}

export function disabledBy(
  of: EntryOpinionsState,
  by: Parameters<typeof disable>[1],
): EntryOpinionsState | "SAME_PERSON" | "LASTS" {
  const disabling = disable(of.disabling, by);
  return typeof disabling === "string" ? disabling : withAct(of, { ...of, disabling }, disabled(disabling));
}

/** Ended before its time; undefined when it is not disabled. */
export function enabledBy(of: EntryOpinionsState, by: string, now: Date): EntryOpinionsState | undefined {
  return ended(of, enable(of.disabling, by, now));
}

/** With what casework says against it by now, if anything; undefined where that is so already. */
export function withDoubt(of: EntryOpinionsState, doubt: EntryDoubt | undefined): EntryOpinionsState | undefined {
  if (sameDoubt(of.doubt, doubt)) return undefined;
  const { doubt: _, ...rest } = of;
  return doubt === undefined ? rest : { ...rest, doubt };
}

function ended(of: EntryOpinionsState, disabling: Disabling | undefined): EntryOpinionsState | undefined {
  return disabling?.ended && withAct(of, { ...of, disabling }, enabled(disabling.ended));
}

/** With what ended by itself; undefined before its time. */
export function expired(of: EntryOpinionsState, now: Date): EntryOpinionsState | undefined {
  const over = ended(of, expire(of.disabling, now));
  const doubt = lapse(of.doubt, now);
  return doubt === undefined ? over : { ...(over ?? of), doubt };
}

/** When something is over that lasts: a disabling, or a doubt that lapses. */
export function endsAt({ disabling, doubt }: EntryOpinionsState): Date | undefined {
  const times = [isLasting(disabling) ? disabling.untilTime : undefined, doubt?.untilTime];
  return times.filter((time) => time !== undefined).toSorted((a, b) => a.getTime() - b.getTime())[0];
}

/** How it stands, where nobody has heard of that yet. */
export function untold(of: EntryOpinionsState): Standing | undefined {
  const standing = standingOf(of);
  return sameStanding(standing, of.told.at(-1) ?? AS_LISTED) ? undefined : standing;
}

/** Noted that the set told it; undefined when that is noted. */
export function afterTold(of: EntryOpinionsState, one: Told): EntryOpinionsState | undefined {
  const told = withTold(of.told, one);
  return told && { ...of, told };
}

/** What people are shown first: disputed, disabled, what else is said, and what only has notes. */
export function rankOf(of: EntryOpinionsState): number {
  const { disputed, disabled } = standingOf(of);
  if (disputed) return 0;
  if (disabled) return 1;
  return of.given.some(({ opinion }) => opinion !== undefined) ? 2 : 3;
}

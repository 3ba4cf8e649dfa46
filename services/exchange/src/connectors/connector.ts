import type { AnsweredRequest } from "@ntd/rpc";
import { isLeased } from "@ntd/service";
import {
  anew,
  isEndless,
  isTooLarge,
  NOTHING,
  reread,
  shrunk,
  sum,
  withPage,
  type Counts,
  type Range,
  type ReadPage,
} from "../pulls/range.ts";
import type { ConnectorConfig } from "./connectors-file.ts";
import { isDue, pauseMs, type Failed, type FaultName } from "./fault.ts";

/** Where a connector stands: one document. Another source or another set is another connector. */
export interface ConnectorState {
  schemaVersion: 1;
  name: string;
  /** Absent in those of an earlier release that the file names no more. */
  kind?: ConnectorConfig["kind"];
  setId?: string;
  createdTime: Date;
  /** Everything before it is in hashlists. */
  checkpoint?: Date;
  /** The same in the partner's own words, where it has them. */
  token?: string;
  range?: Range;
  /** All is to be read anew, once nothing else is in hand. */
  again?: Again;
  /** Kinds of hashes that were taken of what was read; absent: all that are known. */
  algorithms?: readonly string[];
  /** When it was held against what hashlists has of it. */
  comparedTime?: Date;
  /** Counts how often the range in hand was uploaded and refused: each try is an upload of its own. */
  attempt: number;
  /** The newest release. */
  releaseId?: string;
  /** A person has yet to decide on it: another one would be made of what was in force before. */
  awaited?: Brought & { range: Range; attempt: number };
  /** How the range in hand goes to hashlists: frozen before it does. */
  bringing?: Brought;
  /** It was counted when it was brought the first time. */
  isAgain?: true;
  dueAt: Date;
  lease?: Lease;
  failure?: Failure;
  lastSuccess?: Date;
  totals: Counts & { pulls: number; releases: number };
  /** What pages had that nobody here knows. */
  unknown: readonly string[];
  /** Since then the file names it no more. */
  unnamedSince?: Date;
  /** What is kept of it is being removed. */
  isForgotten?: true;
  requests?: readonly AnsweredRequest<null>[];
}

/**
 * Why it is read anew: to be held against what was read before (`adds`: the set may have more than this partner told), or
 * in place of all that the set has (`replaces`), since what was read before is not known any more.
 */
export type Again = "adds" | "replaces";

export interface Brought {
  /** A delta of this release; absent: the whole list. */
  base?: string;
  /** Of the whole list: what was in force then, and is to make way; absent: nothing was. */
  over?: string;
}

export interface Lease {
  by: string;
  until: Date;
}

export interface Failure {
  fault: FaultName;
  sentence: string;
  first: Date;
  last: Date;
  /** In a row. */
  count: number;
}

/** A lease is renewed at each step and while an upload lasts. */
export const LEASE_MS = 60_000;
/** How often it is asked whether somebody has decided on the last release. */
const ASK_MS = 60_000;
/** After so many faulty pages in a row the part is asked for from its first page on. */
const PATIENCE = 5;
/** Faults by which a link may have led astray. */
const ASTRAY: ReadonlySet<FaultName> = new Set<FaultName>(["PAGE", "ANSWER"]);
const MOST_UNKNOWN = 20;

export type Named = Pick<ConnectorConfig, "name" | "kind" | "setId">;

export function newConnector({ name, kind, setId }: Named, now: Date): ConnectorState {
  const totals = { ...NOTHING, pulls: 0, releases: 0 };
  return { schemaVersion: 1, name, kind, setId, createdTime: now, attempt: 0, dueAt: now, totals, unknown: [] };
}

/** Taken in hand; undefined when it is not due, or another one has it. */
export function claimed(state: ConnectorState, by: string, now: Date, everyMs = 0): ConnectorState | undefined {
  if (!isDue(state.dueAt, now, everyMs) || state.isForgotten === true) return undefined;
  if (state.lease !== undefined && isLeased(state.lease.until, now, LEASE_MS)) return undefined;
  return leased(state, by, now);
}

/** Still in the hand of `by`, for a while longer. */
export function leased(state: ConnectorState, by: string, now: Date): ConnectorState {
  return { ...state, lease: { by, until: new Date(now.getTime() + LEASE_MS) } };
}

/** With one more page, which is kept already; a first page that says too much is not, and less is asked for. */
export function tookPage(state: ConnectorState, page: ReadPage, unknown: readonly string[], now: Date): ConnectorState {
  const { failure: _, ...well } = state;
  if (well.range === undefined) return state;
  const range = isTooLarge(well.range, page) ? shrunk(well.range) : withPage(well.range, page, now);
  const known = [...new Set([...well.unknown, ...unknown])].slice(-MOST_UNKNOWN);
  return { ...well, range, unknown: known };
}

/** The range is in hashlists, as this release, or had nothing in it. */
export function pulled(
  state: ConnectorState,
  releaseId: string | undefined,
  everyMs: number,
  now: Date,
): ConnectorState {
  const { range, bringing = {}, isAgain, attempt, awaited: _, failure: _failure, lease: _lease, ...rest } = state;
  if (range === undefined) return state;
  const { pulls, releases, ...counts } = state.totals;
  const isNew = releaseId !== undefined;
  const read = isAgain === true ? { ...counts, pulls } : { ...sum(counts, range.whole), pulls: pulls + 1 };
  const totals = { ...read, releases: releases + (isNew ? 1 : 0) };
  // What was cut off for its size goes on at once.
  const isBehind = range.isSettled !== true && now.getTime() - range.to.getTime() > everyMs;
  const dueAt = isBehind ? now : new Date(now.getTime() + everyMs);
  const waits = isNew ? { releaseId, awaited: { ...bringing, range, attempt } } : {};
  const ends = range.end === undefined ? {} : { token: range.end };
  const { algorithms: _algorithms, ...others } = rest;
  const took = range.algorithms === undefined ? {} : { algorithms: range.algorithms };
  return { ...others, ...took, ...waits, ...ends, checkpoint: range.to, attempt: 0, lastSuccess: now, totals, dueAt };
}

/** Nothing is to be pulled yet. */
export function idle(state: ConnectorState, everyMs: number, now: Date): ConnectorState {
  const { failure: _, ...well } = released(state);
  return { ...well, dueAt: new Date(now.getTime() + everyMs) };
}

/** A person has yet to decide on the last release. */
export function waiting(state: ConnectorState, now: Date): ConnectorState {
  const { failure: _, ...well } = released(state);
  return { ...well, dueAt: new Date(now.getTime() + ASK_MS) };
}

/** Somebody has decided on the last release, whatever they decided. */
export function decided(state: ConnectorState): ConnectorState {
  const { awaited: _, ...rest } = state;
  return rest;
}

/** Something else came into force than what the last release was made for: its range is brought once more. */
export function overtaken(state: ConnectorState): ConnectorState {
  const { awaited, bringing: _, ...rest } = state;
  if (awaited === undefined) return state;
  return { ...rest, range: awaited.range, attempt: awaited.attempt + 1, isAgain: true };
}

/** The range goes to hashlists like that, and in no other way when it is brought again. */
export function bringing(state: ConnectorState, brought: Brought): ConnectorState {
  return { ...state, bringing: brought };
}

/** Nothing is in force any more, and the range in hand is a part: all is pulled. */
export function fromTheBeginning(state: ConnectorState, now: Date): ConnectorState {
  const { range: _, bringing: _bringing, isAgain: _again, ...others } = released(state);
  const { checkpoint: _checkpoint, token: _token, ...rest } = others;
  return { ...rest, attempt: rest.attempt + 1, dueAt: now };
}

export function failed(before: ConnectorState, by: Failed, now: Date): ConnectorState {
  const state = released(before);
  const count = (state.failure?.count ?? 0) + 1;
  const { fault, sentence } = by;
  const failure = { fault, sentence, first: state.failure?.first ?? now, last: now, count };
  const dueAt = new Date(now.getTime() + pauseMs(by, count));
  if (by.startsOver === true) return { ...readAnew(state, "adds"), failure, dueAt };
  const { range } = state;
  // What hashlists refused as a list is asked for anew, as it is by then.
  if (fault === "LIST" && range !== undefined) {
    const { bringing: _, ...rest } = state;
    return { ...rest, failure, dueAt, range: anew(range, state.attempt), attempt: state.attempt + 1 };
  }
  const isAstray = range !== undefined && !range.isRead && ASTRAY.has(fault) && count % PATIENCE === 0;
  const isOver = range !== undefined && fault === "LIMIT" && isEndless(range);
  return { ...state, failure, dueAt, ...((isAstray || isOver) && { range: reread(range, now) }) };
}

/** Given back, as when whoever has it is stopped. */
export function released(state: ConnectorState): ConnectorState {
  const { lease: _, ...rest } = state;
  return rest;
}

/** Held against what hashlists has; where the two have gone apart, what is in hand is of no use. */
export function compared(state: ConnectorState, again: Again | undefined, now: Date): ConnectorState {
  return { ...(again === undefined ? state : readAnew(state, again)), comparedTime: now };
}

/**
 * hashlists has lost the newest release, or what was in force, and nobody knows what else: that is waited for, or looked
 * for, no more.
 *
 * @param lostTime when hashlists saw so, by its own clock.
 */
export function lost(state: ConnectorState, again: Again, now: Date, lostTime = now): ConnectorState {
  const { releaseId: _, ...rest } = compared(state, again, lostTime > now ? lostTime : now);
  return rest;
}

/** What is in hand is of no use: all is read anew. */
export function readAnew(state: ConnectorState, again: Again): ConnectorState {
  const { range: _, bringing: _bringing, isAgain: _again, awaited: _awaited, token: _token, ...rest } = state;
  return { ...rest, attempt: rest.attempt + 1, again };
}

/** An operator wants it now; or all of it, once what is in hand is in hashlists. */
export function askedFor(state: ConnectorState, now: Date, isAll = false): ConnectorState {
  return { ...state, dueAt: now, ...(isAll && { again: state.again ?? "adds" }) };
}

import { isLeased } from "@ntd/service";
import type { Failure, Lease } from "../connectors/connector.ts";
import { isPassing } from "../connectors/degraded.ts";
import { isDue, pauseMs, type Failed } from "../connectors/fault.ts";

/** The way by which what was said leaves: one document a connector, in one replica's hand at a time. */
export interface OutletState {
  schemaVersion: 1;
  dueAt: Date;
  lease?: Lease;
  failure?: Failure;
}

/** Longer than one PUT takes. */
export const LEASE_MS = 60_000;
const PASSING = 3;

export const newOutlet = (now: Date): OutletState => ({ schemaVersion: 1, dueAt: now });

/** Taken in hand; undefined when the exchange is left alone for now, or another one has it. */
export function claimed(state: OutletState, by: string, now: Date): OutletState | undefined {
  const isFree = state.lease === undefined || !isLeased(state.lease.until, now, LEASE_MS);
  return isDue(state.dueAt, now) && isFree ? held(state, by, now) : undefined;
}

export function held(state: OutletState, by: string, now: Date): OutletState {
  return { ...state, lease: { by, until: new Date(now.getTime() + LEASE_MS) } };
}

export function released(state: OutletState): OutletState {
  const { lease: _, ...rest } = state;
  return rest;
}

/** The exchange answered. */
export function reached(state: OutletState): OutletState {
  const { failure: _, ...rest } = state;
  return rest;
}

/** Nothing leaves for a while. */
export function failed(state: OutletState, by: Failed, now: Date): OutletState {
  const count = (state.failure?.count ?? 0) + 1;
  const { fault, sentence } = by;
  const failure = { fault, sentence, first: state.failure?.first ?? now, last: now, count };
  return { ...released(state), failure, dueAt: new Date(now.getTime() + pauseMs(by, count)) };
}

/** Why health says that nothing leaves: the name of the fault, or "". */
export function silencedBy({ failure }: OutletState): string {
  if (failure === undefined) return "";
  return !isPassing(failure.fault) || failure.count >= PASSING ? failure.fault : "";
}

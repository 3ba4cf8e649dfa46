import type { CheckAlarm } from "@ntd/proto/matching/v1/check_service";
import type { AnsweredRequest } from "@ntd/rpc";

/** Whether the checks of one platform wait for an operator, and what became of it before. */
export interface CheckHoldState {
  schemaVersion: 1;
  person: string;
  /** Absent while it is answered. */
  held?: Held;
  /** The newest last. */
  ended: readonly EndedHold[];
  requests: AnsweredRequest<EndedHold>[];
}

export interface Held {
  alarm: CheckAlarm;
  since: Date;
  /** About so many different hashes that are known it had been told within 30 days. */
  known: number;
}

export interface EndedHold extends Held {
  /** Who let it go on, when, and why. */
  by: string;
  time: Date;
  reason: string;
}

const KEPT = 50;

export function neverHeld(person: string): CheckHoldState {
  return { schemaVersion: 1, person, ended: [], requests: [] };
}

/** Stopped; undefined when it is already. */
export function hold(state: CheckHoldState, held: Held): CheckHoldState | undefined {
  return state.held === undefined ? { ...state, held } : undefined;
}

/** Answered again; undefined when it is. */
export function letGoOn(
  state: CheckHoldState,
  by: Pick<EndedHold, "by" | "time" | "reason">,
): { state: CheckHoldState; ended: EndedHold } | undefined {
  const { held, ...rest } = state;
  if (held === undefined) return undefined;
  const ended = { ...held, ...by };
  return { state: { ...rest, ended: [...state.ended, ended].slice(-KEPT) }, ended };
}

/** When something of it happened last. */
export function touchedTime({ held, ended }: CheckHoldState): Date {
  return held?.since ?? ended.at(-1)?.time ?? new Date(0);
}

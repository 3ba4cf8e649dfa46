import { CONFIG_EXIT_CODE } from "@ntd/service";

/** What is known of one program: by it the supervisor decides. Instants are milliseconds of a clock that never goes back. */
export interface Watch {
  readonly state: Running | Down | Held;
  /** After the next end it stays down for so long. */
  readonly pauseMs: number;
  /** So many times as long as usual it may say nothing. */
  readonly slack: number;
  /** The next time that it may go on saying NOT_SERVING. */
  readonly patienceMs: number;
  /** Its configuration was refused, and it has answered nothing since: that was told. */
  readonly isRefused: boolean;
}

interface Running {
  readonly is: "running";
  readonly since: number;
  /** It has said something since it was started. */
  readonly answered: boolean;
  /** Since when it says nothing, and how often it was asked since then. */
  readonly silent: { readonly since: number; readonly asks: number; readonly why: string } | undefined;
  readonly notServingSince: number | undefined;
  /** Since when nothing is wrong with it. */
  readonly wellSince: number | undefined;
}
interface Down {
  readonly is: "down";
  readonly until: number;
}
/** Its configuration is refused: it comes back when that has changed, or what it names has, which nobody tells us. */
interface Held {
  readonly is: "held";
  readonly until: number;
}

/** What was seen of it. */
export type Seen =
  | { what: "ended"; code: number | null; signal: string | null }
  | { what: "serving" }
  | { what: "not serving" }
  | { what: "silent"; why: string }
  /** It lives, and does not say to the supervisor how it is: starting it again would mend nothing. */
  | { what: "refuses" }
  /** Nothing new: only time has passed. */
  | { what: "nothing" }
  | { what: "settled anew" };

export interface Patience {
  silentMs: number;
  startMs: number;
  notServingMs: number;
}

/** What is to be done, what is known then, and what operators are told. */
export interface Step {
  watch: Watch;
  does: "nothing" | "start" | "kill";
  tell?: string;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A file that a refused configuration names, a key, may have been put back. */
const HELD_MS = 300_000;
/** Who was well for so long may come back at once, and has the usual time. */
const STEADY_MS = 60_000;
/**
 * On a machine that has too much to do all are silent, and each start gives it more to do: who was ended for it has twice
 * as long, and so on, up to here.
 */
const LONGEST_SLACK = 8;
/** So long an answer may take. */
const ANSWER_MS = 3000;
const LONGEST_PATIENCE_MS = 3_600_000;
/** One slow answer is none: the supervisor itself may have slept. */
const LEAST_ASKS = 3;

const AS_USUAL = { pauseMs: FIRST_PAUSE_MS, slack: 1 };

export function firstWatch(now: number, { notServingMs }: Patience): Watch {
  return { state: running(now), ...AS_USUAL, patienceMs: notServingMs, isRefused: false };
}

/** How long whoever asks it waits for its answer. */
export function answerMs({ slack }: Watch): number {
  return ANSWER_MS * slack;
}

/** Decides what becomes of one program. */
export function plan(watch: Watch, seen: Seen, now: number, patience: Patience): Step {
  const { state } = watch;
  if (seen.what === "settled anew") return settledAnew(watch, now);
  if (state.is === "held" || state.is === "down") {
    if (now < state.until) return { watch, does: "nothing" };
    return { watch: { ...watch, state: running(now) }, does: "start" };
  }
  if (seen.what === "ended") return ended(watch, seen, now);
  const next = heard(watch, state, seen, now, patience);
  const why = mustEnd(next, now, patience);
  if (why === undefined) return { watch: next, does: "nothing" };
  return { ...down(morePatient(next), now, why), does: "kill" };
}

// It may not be mended by a start: the next one comes later.
function morePatient(watch: Watch): Watch {
  const isSilent = watch.state.is === "running" && watch.state.silent !== undefined;
  return isSilent
    ? { ...watch, slack: Math.min(LONGEST_SLACK, watch.slack * 2) }
    : { ...watch, patienceMs: Math.min(LONGEST_PATIENCE_MS, watch.patienceMs * 2) };
}

function running(now: number): Running {
  const unheard = { answered: false, silent: undefined, notServingSince: undefined, wellSince: undefined };
  return { is: "running", since: now, ...unheard };
}

// Other settings may mend what the pauses were for.
function settledAnew(watch: Watch, now: number): Step {
  const does = watch.state.is === "running" ? "kill" : "nothing";
  const state = { is: "down", until: now } as const;
  return { watch: { ...watch, state, ...AS_USUAL, isRefused: false }, does };
}

function ended(watch: Watch, { code, signal }: Extract<Seen, { what: "ended" }>, now: number): Step {
  if (code === CONFIG_EXIT_CODE) {
    const tell =
      "ended: its configuration is refused; it is started again when that has changed, and every five minutes";
    const held = { ...watch, state: { is: "held", until: now + HELD_MS }, isRefused: true } as const;
    return { watch: held, does: "nothing", ...(!watch.isRefused && { tell }) };
  }
  return { ...down(watch, now, `ended (${signal ?? code ?? "it cannot be run"})`), does: "nothing" };
}

function down(watch: Watch, now: number, why: string): Pick<Step, "watch" | "tell"> {
  const { pauseMs } = watch;
  const next = { ...watch, state: { is: "down", until: now + pauseMs } as const };
  return {
    watch: { ...next, pauseMs: Math.min(LONGEST_PAUSE_MS, pauseMs * 2) },
    tell: `${why}; it is started again in ${pauseMs / 1000} s`,
  };
}

function heard(watch: Watch, state: Running, seen: Seen, now: number, { notServingMs }: Patience): Watch {
  const answered = { ...state, answered: true, silent: undefined };
  const taken = { ...watch, isRefused: false };
  const { wellSince = now } = state;
  const well = { ...taken, state: { ...answered, notServingSince: undefined, wellSince } };
  const steady = now - wellSince >= STEADY_MS ? { ...well, ...AS_USUAL } : well;
  switch (seen.what) {
    case "serving":
      return { ...steady, patienceMs: notServingMs };
    case "refuses":
      return steady;
    case "not serving": {
      const notServingSince = state.notServingSince ?? now;
      return { ...taken, state: { ...answered, notServingSince, wellSince: undefined } };
    }
    case "silent": {
      const { since = now, asks = 0 } = state.silent ?? {};
      const silent = { since, asks: asks + 1, why: seen.why };
      return { ...watch, state: { ...state, silent, wellSince: undefined } };
    }
    case "ended":
    case "nothing":
    case "settled anew":
      return watch;
  }
}

function mustEnd(
  { state, slack, patienceMs }: Watch,
  now: number,
  { silentMs, startMs }: Patience,
): string | undefined {
  if (state.is !== "running") return undefined;
  const { silent, answered, since, notServingSince } = state;
  if (silent !== undefined) {
    const mayMs = slack * (answered ? silentMs : startMs);
    if (silent.asks < LEAST_ASKS || now - (answered ? silent.since : since) < mayMs) return undefined;
    return `${answered ? "has said nothing" : "was started and has not answered"} for ${mayMs / 1000} s (${silent.why})`;
  }
  if (notServingSince === undefined || now - notServingSince < patienceMs) return undefined;
  return `has said NOT_SERVING for ${patienceMs / 1000} s`;
}

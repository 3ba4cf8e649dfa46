import { CONFIG_EXIT_CODE } from "@ntd/service";

/** What is known of one program: by it the supervisor decides. Instants are milliseconds of a clock that never goes back. */
export interface Watch {
  readonly state: Running | Down | Held;
  /** After the next end it stays down for so long. */
  readonly pauseMs: number;
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
/** Who ran for so long may come back at once. */
const STEADY_MS = 60_000;
const LONGEST_PATIENCE_MS = 3_600_000;
/** One slow answer is none: the supervisor itself may have slept. */
const LEAST_ASKS = 3;

export function firstWatch(now: number, { notServingMs }: Patience): Watch {
  return { state: running(now), pauseMs: FIRST_PAUSE_MS, patienceMs: notServingMs, isRefused: false };
}

/** Decides what becomes of one program. */
export function plan(watch: Watch, seen: Seen, now: number, patience: Patience): Step {
  const { state } = watch;
  if (seen.what === "settled anew") return settledAnew(watch, now);
  if (state.is === "held" || state.is === "down") {
    if (now < state.until) return { watch, does: "nothing" };
    return { watch: { ...watch, state: running(now) }, does: "start" };
  }
  if (seen.what === "ended") return ended(watch, state, seen, now);
  const next = heard(watch, state, seen, now, patience);
  const why = mustEnd(next, now, patience);
  if (why === undefined) return { watch: next, does: "nothing" };
  const isImpatient = next.state.is === "running" && next.state.silent === undefined;
  const patienceMs = isImpatient ? Math.min(LONGEST_PATIENCE_MS, next.patienceMs * 2) : next.patienceMs;
  return { ...down({ ...next, patienceMs }, state, now, why), does: "kill" };
}

function running(now: number): Running {
  return { is: "running", since: now, answered: false, silent: undefined, notServingSince: undefined };
}

// Other settings may mend what the pauses were for.
function settledAnew(watch: Watch, now: number): Step {
  const does = watch.state.is === "running" ? "kill" : "nothing";
  const state = { is: "down", until: now } as const;
  return { watch: { ...watch, state, pauseMs: FIRST_PAUSE_MS, isRefused: false }, does };
}

function ended(watch: Watch, state: Running, { code, signal }: Extract<Seen, { what: "ended" }>, now: number): Step {
  if (code === CONFIG_EXIT_CODE) {
    const tell =
      "ended: its configuration is refused; it is started again when that has changed, and every five minutes";
    const held = { ...watch, state: { is: "held", until: now + HELD_MS }, isRefused: true } as const;
    return { watch: held, does: "nothing", ...(!watch.isRefused && { tell }) };
  }
  return { ...down(watch, state, now, `ended (${signal ?? code ?? "it cannot be run"})`), does: "nothing" };
}

function down(watch: Watch, { since }: Running, now: number, why: string): Pick<Step, "watch" | "tell"> {
  const pauseMs = now - since > STEADY_MS ? FIRST_PAUSE_MS : watch.pauseMs;
  const next = { ...watch, state: { is: "down", until: now + pauseMs } as const };
  return {
    watch: { ...next, pauseMs: Math.min(LONGEST_PAUSE_MS, pauseMs * 2) },
    tell: `${why}; it is started again in ${pauseMs / 1000} s`,
  };
}

function heard(watch: Watch, state: Running, seen: Seen, now: number, { notServingMs }: Patience): Watch {
  const answered = { ...state, answered: true, silent: undefined };
  const taken = { ...watch, isRefused: false };
  switch (seen.what) {
    case "serving":
      return { ...taken, patienceMs: notServingMs, state: { ...answered, notServingSince: undefined } };
    case "refuses":
      return { ...taken, state: { ...answered, notServingSince: undefined } };
    case "not serving":
      return { ...taken, state: { ...answered, notServingSince: state.notServingSince ?? now } };
    case "silent": {
      const { since = now, asks = 0 } = state.silent ?? {};
      return { ...watch, state: { ...state, silent: { since, asks: asks + 1, why: seen.why } } };
    }
    case "ended":
    case "nothing":
    case "settled anew":
      return watch;
  }
}

function mustEnd({ state, patienceMs }: Watch, now: number, { silentMs, startMs }: Patience): string | undefined {
  if (state.is !== "running") return undefined;
  const { silent, answered, since, notServingSince } = state;
  if (silent !== undefined) {
    const mayMs = answered ? silentMs : startMs;
    if (silent.asks < LEAST_ASKS || now - (answered ? silent.since : since) < mayMs) return undefined;
    return `${answered ? "has said nothing" : "was started and has not answered"} for ${mayMs / 1000} s (${silent.why})`;
  }
  if (notServingSince === undefined || now - notServingSince < patienceMs) return undefined;
  return `has said NOT_SERVING for ${patienceMs / 1000} s`;
}

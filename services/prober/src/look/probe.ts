import type { RestoredMark } from "@ntd/host";
import { failpoint, Problem, withTrace, type Clock, type Logger } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import { claimed, done, failedOnce, MAX_ATTEMPTS, postponed, released } from "../schedule/claim.ts";
import { pageCollected, probeEnded } from "../metrics.ts";
import { addressAt, isStillHeld } from "./marks.ts";
import { Lease, type LeaseDeps } from "./lease.ts";
import type { Visit } from "./look.ts";
import { looksOf, type SlotDeps } from "./slot.ts";
import { withEvidence, type AnsweredSlot, type KeepDeps } from "../evidence/keep.ts";
import { closePage, keepPage, type PageDeps } from "../page/keep.ts";
import { eventIfNews, type PublishSettings } from "../targets/publish.ts";
import { nextDue, nextDueAfterNothing, watchEnded, type WatchRules } from "../schedule/schedule.ts";
import { allowed, dueOf, withMet, withoutMet } from "../holds/holds.ts";
import type { Targets } from "../store.ts";
import type { Met, Target } from "../targets/target-state.ts";
import { outcomeOf } from "../targets/slot.ts";
import { withDerived } from "../targets/derived.ts";
import { closed, decide, probeFailed } from "../targets/target.ts";

export interface ProbingDeps extends SlotDeps, KeepDeps, PageDeps, LeaseDeps {
  /** That this store was brought back from a backup, and nobody is to be looked at. */
  restored: Pick<RestoredMark, "load">;
  targets: Targets;
  rules: WatchRules;
  settings: PublishSettings;
  /** Looks at a time. */
  hands: number;
  /** Lanes in which something fell due just now; emptied by whoever looks. */
  woken: Set<string>;
  leaseMs: number;
  clock: Clock;
  log: Logger;
}

/** One due target that has got a hand. */
export interface Turn {
  id: string;
  lane: string;
  /** Loaded a moment ago, if it was. */
  document: Document<Target> | undefined;
  /** Takes room at one more host or network; false when there is none. */
  enter: (place: string) => boolean;
  room: Visit["room"];
}

/** How long it waits for room that only the look itself could miss: behind a redirect, in a network not known before. */
const NO_ROOM_MS = 1000;

/** Claims and looks. Never rejects: a probe that could not even be noted is found by the end of its lease. */
export async function probe(deps: ProbingDeps, turn: Turn, stop: AbortSignal): Promise<boolean> {
  try {
    const due = turn.document ?? (await deps.targets.load(turn.id));
    const taken = due && (await take(deps, due));
    if (taken !== undefined) await lookOrPutBack(deps, taken, turn, stop);
    return true;
  } catch (error) {
    deps.log.error({ error, target: turn.id }, "a probe could not be noted; it comes again or its lease will end");
    return false;
  }
}

/** The claimed target; undefined when it needs no probe or somebody else was faster. */
async function take(deps: ProbingDeps, due: Document<Target>): Promise<Document<Target> | undefined> {
  const now = deps.clock.now();
  const { state } = due;
  // Loaded before its turn came: somebody may have had it meanwhile.
  if (!isDue(dueOf(state), now)) return undefined;
  if (!isDue(allowed(state), now)) {
    // A claim that came to no end, and police have asked to leave it alone since.
    await deps.targets.save(due, released(state, now));
    return undefined;
  }
  const over = state.work.attempts >= MAX_ATTEMPTS ? probeFailed(state, now) : undefined;
  const end = over ?? (watchEnded(state, now, deps.rules) ? closed(state, now) : undefined);
  if (end !== undefined) {
    const after = done(
      { ...end, work: { ...end.work, wantedAtClaim: end.work.wanted } },
      now,
      nextDue(end, now, deps.rules),
    );
    // Whatever stands there by now: a page may have stood there before it.
    if (over === undefined) await closePage(deps, state);
    await deps.targets.save(due, after, eventIfNews(deps.settings, state, after, now));
    return undefined;
  }
  const saved = await deps.targets.save(due, claimed(state, now, deps.leaseMs));
  failpoint("prober.claimed");
  return saved;
}

const isDue = (due: Date | undefined, now: Date) => due !== undefined && due <= now;

async function lookOrPutBack(deps: ProbingDeps, taken: Document<Target>, turn: Turn, stop: AbortSignal): Promise<void> {
  const lease = new Lease(deps, taken);
  try {
    await withTrace(taken.state.work.trace ?? {}, "probe", () => look(deps, lease, turn, stop));
  } catch (error) {
    await putBack(deps, lease.document, error, stop);
  }
}

async function look(deps: ProbingDeps, lease: Lease, turn: Turn, stop: AbortSignal): Promise<void> {
  const { met } = lease.document.state;
  if (met !== undefined && (await isStillHeld(deps, lease.document.state, met)))
    return waitForPolice(deps, lease.document, met);
  const { enter, room, lane } = turn;
  const slot = await looksOf(deps, lease.document.state, lease, { enter, room, lane, stop });
  const taken = lease.document;
  if ("is" in slot && slot.is === "held") {
    const { url, ips } = slot;
    return waitForPolice(deps, taken, { address: addressAt(deps, taken.state, url), ips: [...ips] });
  }
  if ("is" in slot) {
    const due = new Date(deps.clock.now().getTime() + NO_ROOM_MS);
    return settle(deps, taken, (state) => released(state, due));
  }
  failpoint("prober.looked");
  await settle(deps, taken, async (state) => {
    const recorded = await withEvidence(deps, state, slot);
    const next = withDerived(decide(withoutMet(state), recorded, deps.rules), slot.looks);
    await keepMedia(deps, state, next, slot);
    const now = deps.clock.now();
    const due = outcomeOf(state, slot).is === "nothing" ? nextDueAfterNothing : nextDue;
    return done(next, now, due(next, now, deps.rules));
  });
  probeEnded(outcomeOf(taken.state, slot).is);
}

/**
 * What is on a page is written before its target, as far as there is something. Where a new episode shows no page, that of
 * the one before is closed.
 */
async function keepMedia(deps: ProbingDeps, state: Target, next: Target, { looks }: AnsweredSlot): Promise<void> {
  const sights = looks.flatMap(({ eye, onPage }) => (onPage === undefined ? [] : [{ ...onPage.sight, eye: eye.name }]));
  const { targetId, episode } = next;
  if (sights.length === 0) return episode === state.episode ? undefined : closePage(deps, state);
  sights.forEach(pageCollected);
  await keepPage(deps, { targetId, episode }, state.episode, sights);
  failpoint("prober.page");
}

/** It met a mark before its first look: it waits for the holds of its case. */
async function waitForPolice(
  deps: ProbingDeps,
  taken: Document<Target>,
  { address, ips }: Omit<Met, "time">,
): Promise<void> {
  const now = deps.clock.now();
  await settle(deps, taken, (state) => released(withMet(state, { address, ips, time: now }, taken.state), now));
}

async function putBack(deps: ProbingDeps, taken: Document<Target>, error: unknown, stop: AbortSignal): Promise<void> {
  const now = deps.clock.now();
  if (stop.aborted) return settle(deps, taken, (state) => released(state, now));
  const problem = Problem.from(error);
  deps.log.warn({ error: problem, target: taken.id }, "a probe failed on our side; it is tried again");
  if (problem.handling !== "retry") return settle(deps, taken, (state) => failedOnce(state, now));
  return settle(deps, taken, (state) => postponed(state, now));
}

/** Saves the end of a claim, unless the claim was lost meanwhile. Mostly nobody wrote since: then nothing is read again. */
async function settle(
  deps: ProbingDeps,
  taken: Document<Target>,
  end: (state: Target) => Target | Promise<Target>,
): Promise<void> {
  const ended = async (state: Target) => {
    const next = await end(state);
    return { state: next, event: eventIfNews(deps.settings, state, next, deps.clock.now()) };
  };
  const { state, event } = await ended(taken.state);
  if ((await deps.targets.save(taken, state, event)) !== undefined) return;
  await change(deps.targets, taken.id, (newer) =>
    newer === undefined || newer.work.claim !== taken.state.work.claim ? undefined : ended(newer),
  );
}

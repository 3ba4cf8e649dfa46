import { eventOf, nouns } from "@ntd/bus";
import { failpoint, Problem, startLoop, withTrace, type Clock, type Health, type Logger } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import { claimed, done, failedOnce, MAX_ATTEMPTS, postponed, released } from "../targets/claim.ts";
import { fetchTarget, findingOf, observationOf, type LookDeps } from "./look.ts";
import { probeEnded } from "../metrics.ts";
import { toTarget, verbOf, type PublishSettings } from "../targets/publish.ts";
import { nextDue, watchEnded, type WatchRules } from "../targets/schedule.ts";
import type { Targets } from "../store.ts";
import type { Target } from "../targets/target-state.ts";
import { closed, decide, probeFailed, publishedFacts } from "../targets/target.ts";

export interface ProbingDeps extends LookDeps {
  targets: Targets;
  rules: WatchRules;
  settings: PublishSettings;
  leaseMs: number;
  clock: Clock;
  health: Health;
  log: Logger;
}

export interface Probing extends AsyncDisposable {
  /** Looks for due targets as soon as possible. */
  kick(): void;
}

const POLL_MS = 200;
const IN_HAND = 8;

/**
 * Probes what is due, eight at a time. A claim is saved before anything is fetched, so that of several replicas one
 * probes, and a crash is found by the end of its lease. Disposing gives back what is in hand.
 */
export function startProbing(deps: ProbingDeps): Probing {
  const inHand = new Set<Promise<void>>();
  const stop = new AbortController();
  const loop = startLoop("probe", POLL_MS, deps.log, async () => {
    const free = IN_HAND - inHand.size;
    if (free <= 0) return;
    const now = deps.clock.now();
    for (const due of await deps.targets.find({ where: { dueAt: { lte: now } }, orderBy: "dueAt", limit: free })) {
      const taken = await take(deps, due);
      if (taken === undefined) continue;
      const work = probe(deps, taken, stop.signal).finally(() => {
        inHand.delete(work);
        loop.kick();
      });
      inHand.add(work);
    }
  });
  return {
    kick: () => loop.kick(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      stop.abort(new Problem("SHUTTING_DOWN"));
      await Promise.all(inHand);
    },
  };
}

/** The claimed target; undefined when it needs no probe or somebody else was faster. */
async function take(deps: ProbingDeps, due: Document<Target>): Promise<Target | undefined> {
  const now = deps.clock.now();
  const { state } = due;
  const over = state.work.attempts >= MAX_ATTEMPTS ? probeFailed(state, now) : undefined;
  const end = over ?? (watchEnded(state, now, deps.rules) ? closed(state, now) : undefined);
  if (end !== undefined) {
    const after = done(
      { ...end, work: { ...end.work, wantedAtClaim: end.work.wanted } },
      now,
      nextDue(end, now, deps.rules),
    );
    await deps.targets.save(due, after, eventIfNews(deps, state, after, now));
    return undefined;
  }
  const saved = await deps.targets.save(due, claimed(state, now, deps.leaseMs));
  failpoint("prober.claimed");
  return saved?.state;
}

/** Never rejects: a probe that could not even be noted is found by the end of its lease. */
async function probe(deps: ProbingDeps, target: Target, stop: AbortSignal): Promise<void> {
  try {
    await withTrace(target.work.trace ?? {}, "probe", () => look(deps, target, stop));
  } catch (error) {
    await putBack(deps, target, error, stop).catch((cause: unknown) => {
      deps.log.error({ error: cause, target: target.targetId }, "a probe could not be put back; its lease will end");
    });
  }
}

async function look(deps: ProbingDeps, target: Target, stop: AbortSignal): Promise<void> {
  const fetched = await fetchTarget(deps, target, stop);
  const at = deps.clock.now();
  const finding = await findingOf(deps, fetched, stop);
  failpoint("prober.looked");
  if (fetched.is === "body") deps.health.degrade("fingerprint", false);
  await settle(deps, target, (state) => {
    const now = deps.clock.now();
    const next = decide(state, observationOf(state, finding), at, deps.rules);
    return done(next, now, nextDue(next, now, deps.rules));
  });
  probeEnded(finding.is);
}

async function putBack(deps: ProbingDeps, target: Target, error: unknown, stop: AbortSignal): Promise<void> {
  const now = deps.clock.now();
  if (stop.aborted) return settle(deps, target, (state) => released(state, now));
  const problem = Problem.from(error);
  deps.log.warn({ error: problem, target: target.targetId }, "a probe failed on our side; it is tried again");
  if (problem.handling !== "retry") return settle(deps, target, (state) => failedOnce(state, now));
  deps.health.degrade("fingerprint");
  return settle(deps, target, (state) => postponed(state, now));
}

/** Saves the end of a claim, unless the claim was lost meanwhile. */
async function settle(deps: ProbingDeps, { targetId, work }: Target, end: (state: Target) => Target): Promise<void> {
  await change(deps.targets, targetId, (state) => {
    if (state === undefined || state.work.claim !== work.claim) return undefined;
    const next = end(state);
    return { state: next, event: eventIfNews(deps, state, next, deps.clock.now()) };
  });
}

function eventIfNews({ settings }: ProbingDeps, before: Target, after: Target, now: Date) {
  if (publishedFacts(before) === publishedFacts(after)) return undefined;
  return eventOf(nouns.target, verbOf(after), after.targetId, toTarget(after, settings), now);
}

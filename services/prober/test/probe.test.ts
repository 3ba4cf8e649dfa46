import { createLog, Health, Problem, systemClock } from "@ntd/service";
import { expect, test } from "vitest";
import { newTarget, rules } from "./examples.ts";
import type { Target } from "../src/targets/target-state.ts";
import { Exits } from "../src/look/exits.ts";
import { probe, type ProbingDeps } from "../src/look/probe.ts";

test("an address whose key is not here yet is tried again, and the fingerprint service is not said to be away", async () => {
  const log = createLog("prober", "silent");
  const health = new Health(log);
  const now = systemClock.now();
  const state = newTarget({ watchFrom: now });
  let saved: Target = state;
  const deps = {
    targets: { save: async (_: unknown, next: Target) => ({ id: "t", version: 2, state: (saved = next) }) },
    sealer: {
      open: () => {
        throw new Problem("SEALING_KEY_NEWER");
      },
    },
    rules,
    eyes: rules.eyes,
    exits: new Exits(() => undefined),
    leaseMs: 60_000,
    clock: systemClock,
    health,
    log,
  } as unknown as ProbingDeps;
  const turn = {
    id: "t",
    lane: "watch",
    document: { id: "t", version: 1, state },
    enter: () => true,
    room: () => ({ enter: () => true, leave: () => undefined }),
  };
  expect(await probe(deps, turn, new AbortController().signal)).toBe(true);
  expect(saved.work).toMatchObject({ attempts: 0, peerFailures: 1 });
  expect([...health.degraded]).toEqual([]);
});

test("a claim that came to no end is given back unlooked where police have asked to leave its target alone", async () => {
  const now = new Date();
  const over = new Date(now.getTime() - 1000);
  const holds = { episode: 1, version: 1, stops: { since: over } };
  const { work } = newTarget();
  const state = newTarget({ holds, work: { ...work, attempts: 1, claim: 1, claimedUntil: over, dueAt: over } });
  const saved: Target[] = [];
  const save = async (_: unknown, next: Target) => (saved.push(next), { id: "t", version: 2, state: next });
  const deps = { targets: { save }, rules, leaseMs: 60_000, clock: { now: () => now } } as unknown as ProbingDeps;
  const turn = {
    id: "t",
    lane: "claimed",
    document: { id: "t", version: 1, state },
    enter: () => true,
    room: () => ({ enter: () => true, leave: () => undefined }),
  };
  expect(await probe(deps, turn, new AbortController().signal)).toBe(true);
  expect(saved.map((one) => [one.work.claimedUntil, one.work.attempts])).toEqual([[undefined, 0]]);
});

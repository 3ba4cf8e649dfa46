import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, Health, MovableClock, type Sealer } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { startLooking } from "../src/look/every-second-look.ts";
import type { ProbingDeps } from "../src/look/probe.ts";
import { Exits } from "../src/look/exits.ts";
import { Turns } from "../src/look/turns.ts";
import { asked } from "./asked.ts";
import { at, newTarget, rules, unsigned, onPages } from "./examples.ts";
import { openCollections, type Targets } from "../src/store.ts";

test("a target that two replicas find due at the same time is probed by one of them", async () => {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-prober-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const {
    targets,
    hosts: marks,
    pages,
    evidence,
    restored,
  } = await openCollections(stack.use(await openStore(`file:${join(dir, "store")}`)));
  const target = newTarget();
  await targets.insert(target.targetId, target);

  const sealer: Sealer = {
    seal: () => target.address,
    open: () => JSON.stringify({ original: "", fetch: "http://host.example/", key: "" }),
  };
  const log = createLog("prober", "silent");
  // Nothing falls due again on a clock that stands still.
  const clock = new MovableClock(at(1));
  const shared = { rules, settings: { slotsRequired: 3, vantage: "" }, leaseMs: 60_000, clock, log, sealer };
  let looks = 0;
  const never = () => Promise.reject(new Error("nothing is fetched"));
  const dns = { resolve4: never, resolve6: never };
  const hosts = () => {
    looks++;
    return never();
  };
  const fetchRules = {
    dnsOf: () => dns,
    hosts,
    allowed: () => false,
    ports: [[80, 80] as const],
    maxBytes: 1,
    timeoutMs: 1,
    ...asked,
  };
  const deps: ProbingDeps = {
    ...shared,
    targets: foundByTwo(targets),
    health: new Health(log),
    fetchRules,
    turns: new Turns(1),
    recipe: { inUse: undefined },
    fingerprintTimeoutMs: 1000,
    fingerprint: never,
    hands: 4,
    eyes: rules.eyes,
    hosts: marks,
    hostDigest: (hostname) => hostname,
    exits: new Exits(() => undefined),
    slotLimitMs: 60_000,
    pages,
    ...onPages,
    woken: new Set(),
    evidence,
    restored,
    ...unsigned,
  };
  for (let replica = 1; replica <= 2; replica++) stack.use(startLooking({ ...deps, woken: new Set() }));
  const state = await eventually("it was put back", async () => {
    const found = (await targets.load(target.targetId))?.state;
    return found?.work.claimedUntil === undefined && found?.work.claim !== 0 && found;
  });
  await stack.disposeAsync();
  expect([looks, state.work.claim]).toEqual([1, 1]);
});

/** The same targets, but nobody goes on to claim before two have found. */
function foundByTwo(targets: Targets): Targets {
  const met = Promise.withResolvers<void>();
  let loads = 0;
  return {
    ...targets,
    async load(id) {
      const found = await targets.load(id);
      if (++loads === 2) met.resolve();
      await met.promise;
      return found;
    },
  };
}

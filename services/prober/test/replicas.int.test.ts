import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, Health, MovableClock, type Sealer } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { startProbing, type ProbingDeps } from "../src/look/every-second-probe.ts";
import { at, newTarget, rules } from "./examples.ts";
import { openTargets, type Targets } from "../src/store.ts";

test("a target that two replicas find due at the same time is probed by one of them", async () => {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-prober-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const targets = await openTargets(stack.use(await openStore(`file:${join(dir, "store")}`)));
  const target = newTarget();
  await targets.insert(target.targetId, target);

  let looks = 0;
  const sealer: Sealer = {
    seal: () => target.address,
    open() {
      looks++;
      throw new Error("it was looked at, which is all that is asked here");
    },
  };
  const log = createLog("prober", "silent");
  // Nothing falls due again on a clock that stands still.
  const clock = new MovableClock(at(1));
  const shared = { rules, settings: { slotsRequired: 3, vantage: "" }, leaseMs: 60_000, clock, log, sealer };
  const never = () => Promise.reject(new Error("nothing is fetched"));
  const dns = { resolve4: never, resolve6: never };
  const fetchRules = { dns, hosts: never, allowed: () => false, ports: [], maxBytes: 1, timeoutMs: 1, userAgent: "" };
  const deps: ProbingDeps = {
    ...shared,
    targets: foundByTwo(targets),
    health: new Health(log),
    fetchRules,
    fingerprint: never,
  };
  for (let replica = 1; replica <= 2; replica++) stack.use(startProbing(deps));
  const state = await eventually("it was put back", async () => {
    const found = (await targets.load(target.targetId))?.state;
    return found?.work.claimedUntil === undefined && found?.work.claim !== 0 && found;
  });
  await stack.disposeAsync();
  expect([looks, state.work.claim]).toEqual([1, 1]);
});

/** The same targets, but nobody goes on from `find` before two have found. */
function foundByTwo(targets: Targets): Targets {
  const met = Promise.withResolvers<void>();
  let finds = 0;
  return {
    ...targets,
    async find(query) {
      const found = await targets.find(query);
      if (++finds === 2) met.resolve();
      await met.promise;
      return found;
    },
  };
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@ntd/service";
import { change, openStore } from "@ntd/store";
import { eventually } from "@ntd/testing";
import { expect, onTestFinished, test } from "vitest";
import { Lease } from "../src/look/lease.ts";
import { claimed } from "../src/schedule/claim.ts";
import { openCollections } from "../src/store.ts";
import { newTarget } from "./examples.ts";

async function taken(leaseMs: number) {
  const dir = await mkdtemp(join(tmpdir(), "ntd-prober-"));
  const store = await openStore(`file:${join(dir, "store")}`);
  onTestFinished(async () => {
    await store[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });
  const { targets } = await openCollections(store);
  const state = claimed(newTarget(), systemClock.now(), leaseMs);
  const document = await targets.insert(state.targetId, state);
  if (document === undefined) throw new Error("not inserted");
  const lease = new Lease({ targets, clock: systemClock, leaseMs, slotLimitMs: leaseMs }, document);
  return { targets, lease, id: state.targetId, until: state.work.claimedUntil ?? new Date(0) };
}

test("the claim of a look that takes long goes on, and its end is saved upon it", async () => {
  const { targets, lease, id, until } = await taken(300);
  await lease.during(async () => {
    await eventually("it goes on for longer than it was given", async () => {
      const { claimedUntil } = (await targets.load(id))?.state.work ?? {};
      return claimedUntil !== undefined && claimedUntil.getTime() > until.getTime() + 300;
    });
  });
  expect(lease.document.version).toBe((await targets.load(id))?.version);
  expect(await targets.save(lease.document, lease.document.state)).toBeDefined();
});

test("a look whose claim somebody else took ends", async () => {
  const { targets, lease, id } = await taken(300);
  const ended = lease.during(async (lost) => {
    await change(targets, id, (state) => state && { state: claimed(state, systemClock.now(), 60_000) });
    await new Promise((_, reject) => lost.addEventListener("abort", () => reject(lost.reason as Error)));
  });
  await expect(ended).rejects.toMatchObject({ reason: "VERSION_CONFLICT" });
});

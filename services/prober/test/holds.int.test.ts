import type { Running } from "@ntd/host";
import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import { connect } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openProberBed, targetIdOf, type ProberBed } from "./bed.ts";
import { publishCase } from "./cases.ts";
import { aHold } from "./examples.ts";

let at: ProberBed;
let prober: Running;
beforeAll(async () => {
  at = await openProberBed();
  prober = await at.startProber();
});
afterAll(async () => {
  await prober[Symbol.asyncDispose]();
  await at[Symbol.asyncDispose]();
});

const over = aHold({ releasedTime: new Date() });
const hold = (path: string, version: number, holds = [aHold()]) =>
  publishCase(at.bed, targetIdOf(path), version, holds);
async function isHeld(path: string): Promise<boolean | undefined> {
  const identityDir = await at.bed.identity("assessor", "ann");
  await using client = connect(ProbeServiceService, { address: prober.address, identityDir });
  return (await client.getTarget({ targetId: targetIdOf(path) })).isHeld;
}
/** All that was published for the prober before this was taken in. */
async function heard(): Promise<void> {
  const { manager } = at.bed.bus;
  for (const [stream, durable] of [
    ["CASEWORK", "prober-case"],
    ["INTAKE", "prober-report"],
    ["TAKEDOWN", "prober-notice"],
  ] as const) {
    await eventually(`${durable} is up to date`, async () => {
      const { num_pending: pending, num_ack_pending: unacknowledged } = await manager.consumers.info(stream, durable);
      return pending === 0 && unacknowledged === 0;
    });
  }
}

test("a held target is not looked at, whoever asks, and once at once when the hold ends; nothing of it is told", async () => {
  at.pages.set("/held.jpg", "picture 1 1");
  await at.report("/held.jpg");
  await at.until("/held.jpg", "present");
  await eventually("its look has ended", () => at.hits("/held.jpg") === 1);
  await hold("/held.jpg", 3);
  await heard();
  await at.report("/held.jpg");
  await at.notice("/held.jpg", "notice-held", 1, "NOTICE_STATE_ISSUED", { lookAskedTime: new Date() });
  await heard();
  // Another that was reported after it has been looked at: it was its turn.
  at.pages.set("/free.jpg", "picture 2 2");
  await at.report("/free.jpg");
  await at.until("/free.jpg", "present");
  expect(at.hits("/held.jpg")).toBe(1);
  expect([await isHeld("/held.jpg"), await isHeld("/free.jpg")]).toEqual([true, undefined]);
  const before = await at.told("/held.jpg");
  // An older event that comes late ends nothing.
  await hold("/held.jpg", 2, [over]);
  await heard();
  expect(at.hits("/held.jpg")).toBe(1);
  await hold("/held.jpg", 4, [over]);
  await eventually("it is looked at", () => at.hits("/held.jpg") > 1);
  expect(before).toHaveLength(1);
});

test("of a look under way when the hold comes, what it saw is noted, and nothing further is connected to", async () => {
  at.pages.set("/seen.jpg", "wait").set("/leads.jpg", "wait").set("/led.jpg", "picture 6 6");
  for (const path of ["/seen.jpg", "/leads.jpg"]) {
    await at.report(path);
    await eventually("its look is under way", () => at.hits(path) === 1);
    await hold(path, 1);
  }
  await heard();
  at.pages.set("/seen.jpg", "picture 5 5").set("/leads.jpg", `to ${at.urlOf("/led.jpg")}`);
  await at.until("/seen.jpg", "present");
  at.pages.set("/after.jpg", "picture 7 7");
  await at.report("/after.jpg");
  await at.until("/after.jpg", "present");
  expect([at.hits("/led.jpg"), await at.told("/leads.jpg")]).toEqual([0, []]);
  await hold("/leads.jpg", 2, [over]);
  await at.until("/leads.jpg", "present");
  expect(at.hits("/led.jpg")).toBe(1);
});

test("a hold that names how often lets looks go on, no more often than that", async () => {
  at.pages.set("/slow.jpg", "picture 3 3");
  await at.report("/slow.jpg");
  await at.until("/slow.jpg", "present");
  await hold("/slow.jpg", 1, [aHold({ lookEvery: { seconds: 1n, nanos: 0 } })]);
  await heard();
  const hits = at.hits("/slow.jpg");
  const began = performance.now();
  for (let n = 0; n < 4; n++) await at.report("/slow.jpg");
  await eventually("it is looked at", () => at.hits("/slow.jpg") > hits);
  expect(performance.now() - began).toBeGreaterThan(700);
  expect(at.hits("/slow.jpg")).toBe(hits + 1);
});

test("a hold that keeps notices back alone changes nothing", async () => {
  at.pages.set("/first.jpg", "picture 4 4");
  await hold("/first.jpg", 1, [aHold({ cause: "HOLD_CAUSE_POLICE_FIRST", looksGoOn: true })]);
  await at.report("/first.jpg");
  await at.until("/first.jpg", "present");
  await at.report("/first.jpg");
  await eventually("it is looked at again", () => at.hits("/first.jpg") === 2);
});

test("a case without holds writes nothing, and one of a target that nobody reported neither", async () => {
  await publishCase(at.bed, targetIdOf("/free.jpg"), 7);
  await hold("/nobody-reported.jpg", 1);
  await heard();
  expect(await at.told("/nobody-reported.jpg")).toEqual([]);
  await at.report("/free.jpg");
  await eventually("it is looked at again", () => at.hits("/free.jpg") === 2);
});

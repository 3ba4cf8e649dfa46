import type { Assessment } from "@ntd/proto/icse/v1/icse_link_service";
import { Problem } from "@ntd/service";
import { afterEach, beforeEach, expect, test } from "vitest";
import { watchIcse } from "../src/icse/every-minute-watch-icse.ts";
import { askIcse } from "../src/icse/every-second-ask-icse.ts";
import { listQueue } from "../src/queue/rpc-list-queue.ts";
import { matchEvent, openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { decide } from "./decide.ts";
import { dieAt, untilDone } from "./dying.ts";
import { hit } from "./facts.ts";

let ntd: Handlers;
const link: { answer: Assessment | undefined; asked: number } = { answer: undefined, asked: 0 };
const degraded = new Set<string>();
const HOUR = 3_600_000;

beforeEach(async () => {
  ntd = await openHandlers();
  Object.assign(link, { answer: "ASSESSMENT_UNKNOWN", asked: 0 });
  degraded.clear();
  ntd.deps.health = { degrade: (cause, on) => void (on === false ? degraded.delete(cause) : degraded.add(cause)) };
  ntd.deps.icse = {
    async checkFingerprints() {
      link.asked++;
      if (link.answer === undefined) throw new Problem("PEER_UNAVAILABLE");
      return { assessment: link.answer, stub: true, source: "STUB" };
    },
  };
});
afterEach(() => ntd[Symbol.asyncDispose]());

async function unlisted(targetId = "target-1"): Promise<void> {
  await ntd.target(targetEvent({ targetId }));
  await ntd.match(matchEvent([], { targetId }));
}
const queue = async () =>
  (await listQueue(ntd.deps)({ pageSize: 10, pageToken: "", queueReason: "QUEUE_REASON_UNSPECIFIED" })).cases;

test("what no list has is asked once, and what the answer says makes a person look sooner", async () => {
  await unlisted("target-2");
  const [older] = await queue();
  await ntd.target(targetEvent({ targetId: "target-3" }));
  await ntd.match(matchEvent([hit()], { targetId: "target-3" }));
  await askIcse(ntd.deps);
  ntd.clock.advance(1000);
  await unlisted();
  link.answer = "ASSESSMENT_BASELINE";
  await askIcse(ntd.deps);
  const icse = { assessment: "ASSESSMENT_BASELINE" };
  expect(await ntd.told(1)).toMatchObject({ priority: "PRIORITY_RAISED", state: "CASE_STATE_QUEUED", icse });
  const [raised, normal] = await queue();
  expect([raised?.lane, normal?.lane]).toEqual(["LANE_RAISED", "LANE_NORMAL"]);
  expect(normal?.caseId).toBe(older?.caseId);
  await ntd.target(targetEvent(), 2);
  await askIcse(ntd.deps);
  expect(link.asked).toBe(2);
});

test("while the link is down for an hour cases go their way; then all of them are answered", async () => {
  link.answer = undefined;
  for (const n of [1, 2, 3]) await unlisted(`target-${n}`);
  await expect(askIcse(ntd.deps)).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
  expect(link.asked).toBe(1);
  await watchIcse(ntd.deps);
  expect(degraded).toEqual(new Set());
  await decide(ntd, "VERDICT_ILLEGAL");
  expect(await ntd.told(1)).toMatchObject({ state: "CASE_STATE_DECIDED", icse: undefined });
  ntd.clock.advance(HOUR / 6);
  await watchIcse(ntd.deps);
  expect(degraded).toEqual(new Set());
  ntd.clock.advance(1);
  await watchIcse(ntd.deps);
  expect(degraded).toEqual(new Set(["icse_backlog"]));
  for (let minute = 0; minute < 60; minute++) {
    ntd.clock.advance(HOUR / 60);
    await expect(askIcse(ntd.deps)).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
  }
  await watchIcse(ntd.deps);
  expect(degraded).toEqual(new Set(["icse_backlog"]));
  link.answer = "ASSESSMENT_NATIONALLY_ILLEGAL";
  ntd.clock.advance(HOUR / 60);
  await askIcse(ntd.deps);
  await watchIcse(ntd.deps);
  expect(degraded).toEqual(new Set());
  const { icse, decision } = (await ntd.told(1)) ?? {};
  expect(icse?.assessment).toBe("ASSESSMENT_NATIONALLY_ILLEGAL");
  expect((icse?.answeredTime?.getTime() ?? 0) - (icse?.askedTime?.getTime() ?? 0)).toBeGreaterThanOrEqual(HOUR);
  expect(decision?.decidedBy).toBe("assessor/ann");
  expect(await ntd.deps.cases.count({ icseWaitsSince: { lte: ntd.clock.now() } })).toMatchObject({ count: 0 });
});

test("nothing is told of it while it waits, and nothing is asked where no link is named", async () => {
  link.answer = undefined;
  await unlisted();
  const events = (await ntd.verbs(1)).length;
  await askIcse(ntd.deps).catch(() => undefined);
  expect(await ntd.verbs(1)).toHaveLength(events);
  ntd.deps.icse = undefined;
  await unlisted("target-2");
  await askIcse(ntd.deps);
  expect(link.asked).toBe(1);
});

test("a process that ends at any write asks again, and the answer is there once", async () => {
  await unlisted();
  for (const dying of [1, 2, 3]) {
    await using one = await openHandlers();
    one.deps.icse = ntd.deps.icse;
    await one.target(targetEvent());
    await one.match(matchEvent([]));
    const events = (await one.verbs(1)).length;
    const died = dieAt(one, [dying]);
    await untilDone(() => askIcse(one.deps));
    one.clock.advance(HOUR);
    await untilDone(() => askIcse(one.deps));
    expect((await one.caseOf(1))?.icse?.answer, `died ${died.count} times`).toBeDefined();
    expect(await one.verbs(1)).toHaveLength(events + 1);
  }
});

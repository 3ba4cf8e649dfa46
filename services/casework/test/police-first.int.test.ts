import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { releaseHolds } from "../src/holds/every-second-release-holds.ts";
import { tellDecisions } from "../src/queue/every-second-tell-decisions.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { later, sha256 } from "./facts.ts";

const caseId = caseIdOf("target-1", 1);
const [ann, ben] = [calledBy("assessor/ann"), calledBy("assessor/ben")];
const ids = () => ({ requestId: randomUUID(), caseId });
const policeFirst = {
  rules: [
    { when: "known", minutes: 30 },
    { when: "unknown_hosted_here", minutes: 120 },
  ] as const,
  homeCountry: "MY",
};

async function unknown(settings: Parameters<typeof openHandlers>[0] = {}): Promise<Handlers> {
  const ntd = await openHandlers({ policeFirst, ...settings });
  await ntd.target(targetEvent({ hostingCountry: "MY" }));
  await ntd.match(matchEvent([]));
  return ntd;
}

async function decidedBy(ntd: Handlers, who: typeof ann) {
  await claimCase(ntd.deps)(ids(), who);
  const of = { classifications: [], basis: "section 4", reason: "", despiteGone: false, inDoubt: false };
  await decideCase(ntd.deps)({ ...ids(), ...of, decision: "VERDICT_ILLEGAL", expectedVersion: 1 }, who);
}

/** All that was told of the case, event by event. */
async function told(ntd: Handlers) {
  const events = await ntd.all(1);
  return events.map(({ decision, holds }) => [decision?.verdict, holds?.holds.length ?? 0]);
}

const HELD = ["VERDICT_ILLEGAL", 1];

test("what a machine decides is held by the event that tells it", async () => {
  await using ntd = await openHandlers({ policeFirst });
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([sha256()]));
  const [first, ...rest] = (await told(ntd)).toReversed();
  expect(first).toEqual(HELD);
  expect(rest.every(([verdict]) => verdict === undefined)).toBe(true);
  expect(await ntd.told(1)).toMatchObject({
    holds: { holds: [{ cause: "HOLD_CAUSE_POLICE_FIRST", expireTime: later(1800), looksGoOn: true }] },
  });
});

test.each([
  ["at once", {}, 0],
  ["when it was held back", { holdBackMs: 60_000 }, 60],
])("what a person decides is held by the event that tells it, %s", async (_, settings, seconds) => {
  await using ntd = await unknown(settings);
  await decidedBy(ntd, ann);
  ntd.clock.advance(seconds * 1000);
  await tellDecisions(ntd.deps);
  const [first, ...rest] = (await told(ntd)).toReversed();
  expect(first).toEqual(HELD);
  expect(rest.every(([verdict]) => verdict === undefined)).toBe(true);
  expect((await ntd.told(1))?.holds?.holds).toMatchObject([{ sinceTime: later(seconds) }]);
});

test("what waits for a second look is held once that is over, and ends by itself, once", async () => {
  await using ntd = await unknown({ secondLook: { kind: "before" } });
  await decidedBy(ntd, ann);
  expect((await told(ntd)).every(([verdict]) => verdict === undefined)).toBe(true);
  ntd.clock.advance(600_000);
  await decidedBy(ntd, ben);
  expect((await told(ntd)).at(-1)).toEqual(HELD);
  const before = await ntd.verbs(1);
  ntd.clock.advance(7_200_000 - 1);
  await releaseHolds(ntd.deps);
  expect(await ntd.verbs(1)).toEqual(before);
  ntd.clock.advance(1);
  await Promise.all([releaseHolds(ntd.deps), releaseHolds(ntd.deps)]);
  expect(await ntd.verbs(1)).toEqual([...before, "updated"]);
  expect((await ntd.told(1))?.holds?.holds).toMatchObject([{ sinceTime: later(600), releasedTime: later(7800) }]);
});

import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { countHolds } from "../src/holds/every-minute-count-holds.ts";
import { releaseHolds } from "../src/holds/every-second-release-holds.ts";
import { holdCase } from "../src/holds/rpc-hold-case.ts";
import { countWords } from "../src/queue/every-minute-count-words.ts";
import { watchReferrals } from "../src/referrals/every-minute-watch-referrals.ts";
import { acknowledgeReferral } from "../src/referrals/rpc-acknowledge-referral.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { noon } from "./facts.ts";

const pam = calledBy("police/pam");
const DAY_MS = 24 * 3_600_000;
const caseId = caseIdOf("target-1", 1);
const ids = () => ({ requestId: randomUUID(), caseId });

test("holds in force by cause, what waits for a supervisor, referrals and the age of the oldest are counted", async () => {
  await using ntd = await openHandlers({ supervisors: ["sue"] });
  const degraded = new Set<string>();
  ntd.deps.health = { degrade: (cause, on) => void (on === false ? degraded.delete(cause) : degraded.add(cause)) };
  const none = { unacknowledged: 0, oldestSeconds: 0 };
  const ofCause = async (cause: string) => new Map<string, number>((await countHolds(ntd.deps)).held).get(cause);
  expect([await ofCause("HOLD_CAUSE_OFFICER"), await watchReferrals(ntd.deps)]).toEqual([0, none]);
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([]));
  await ntd.report({ ...reportEvent("r-1", noon), lifeAtRisk: true });
  const asked = { reason: "an inquiry", expireTime: undefined, lookEvery: undefined };
  // Two holds of a cause keep one case.
  for (let n = 0; n < 2; n++) await holdCase(ntd.deps)({ ...ids(), ...asked }, pam);
  expect([await ofCause("HOLD_CAUSE_OFFICER"), await ofCause("HOLD_CAUSE_MARK")]).toEqual([1, 0]);
  expect(await countHolds(ntd.deps)).toMatchObject({ waiting: 0 });
  ntd.clock.advance(DAY_MS);
  await releaseHolds(ntd.deps);
  expect(await countHolds(ntd.deps)).toMatchObject({ waiting: 1 });
  expect(await watchReferrals(ntd.deps)).toEqual({ unacknowledged: 1, oldestSeconds: 86_400 });
  expect([...degraded]).toEqual([]);
  ntd.clock.advance(1);
  await watchReferrals(ntd.deps);
  expect([...degraded]).toEqual(["referrals_unacknowledged"]);
  await acknowledgeReferral(ntd.deps)({ ...ids(), policeReference: "P-1" }, pam);
  expect(await watchReferrals(ntd.deps)).toEqual(none);
  expect([...degraded]).toEqual([]);
});

test("words alone are counted as long as they wait", async () => {
  await using ntd = await openHandlers();
  expect(await countWords(ntd.deps)).toBe(0);
  await ntd.report({ ...reportEvent("r-1", noon), targets: [], wordsTargetId: "words-1" });
  expect(await countWords(ntd.deps)).toBe(1);
});

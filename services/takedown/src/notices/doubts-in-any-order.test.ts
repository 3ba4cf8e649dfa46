import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aNotice, anOutcome, around, at, aView, goneView, sealedNothing } from "../../test/examples.ts";
import { acknowledge, report } from "../answers/answer.ts";
import { offer, settle, type Around } from "./leaving.ts";
import { isInFlight, isUnoffered, isUrgent, retryTime, stateOf, waitsForSighting, type Notice } from "./notice.ts";
import { published } from "./publish.ts";
import { isRefused, reject, resolve } from "../answers/rejection.ts";
import { actionOf, newestAction, revisionToTell, wantedAction } from "./revision.ts";
import { lapsed, openSuspension, seenByOldClient } from "./suspension.ts";
import { retried } from "./undeliverable.ts";

// A case says doubt, another verdict, a withdrawal or nothing at all; a stream hands out or fails; a provider takes,
// answers or rejects any revision that it was sent; a timer lapses. In any order.

const cause = "DOUBT_CAUSE_REOPENED" as const;
const rarely = <T>(value: T) => fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, fc.constant(value));
const beside = fc.record({
  stands: fc.boolean(),
  doubt: fc.oneof(
    fc.constant(undefined),
    fc.record({ cause: fc.constant(cause), since: fc.integer({ min: 1, max: 4 }).map(at) }),
  ),
  withdrawnBy: rarely("decision-2"),
  isWithheld: fc.boolean(),
  target: fc.constantFrom(
    aView(),
    aView({ version: 3, lastSeenTime: at(20) }),
    { ...goneView(), version: 5 },
    aView({ version: 7, goneTime: at(60), restoredTime: at(5000) }),
  ),
});
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("settle" as const), beside }),
    fc.record({
      kind: fc.constant("offer" as const),
      beside,
      halted: fc.boolean(),
      knows: fc.boolean(),
      fault: rarely("SEALING_KEY_MISSING"),
    }),
    fc.record({ kind: fc.constantFrom("lapse" as const, "retry" as const, "pass" as const) }),
    fc.record({
      kind: fc.constantFrom("acknowledge" as const, "report" as const, "reject" as const),
      revision: fc.integer({ min: 1, max: 5 }),
    }),
    fc.record({
      kind: fc.constant("resolve" as const),
      is: fc.constantFrom("REJECTION_RESOLUTION_ACCEPTED" as const, "REJECTION_RESOLUTION_OFFERED_AGAIN" as const),
    }),
  ),
  { maxLength: 30 },
);
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never;

const begun = fc.constantFrom(aNotice(), aNotice({ automatic: true }), aNotice({ offeredTime: at(1) }));

function play(notice: Notice, step: Step, now: Date): Notice {
  switch (step.kind) {
    case "settle":
      return settle(notice, besideOf(step), now);
    case "offer": {
      const preview = settle(notice, besideOf(step), now);
      const wanted = wantedAction(preview);
      const signed = { ...notice.signed, signature: `${wanted} ${revisionToTell(preview)}` };
      const known = step.knows || wanted !== "ACTION_SUSPEND";
      const prepared = known ? { revision: revisionToTell(preview), action: wanted, signed } : undefined;
      return offer(notice, { ...besideOf(step), halted: step.halted, fault: step.fault, prepared }, now);
    }
    case "lapse":
      return lapsed(notice, now);
    case "retry":
      return retried(notice, undefined, now);
    case "pass":
      return seenByOldClient(notice);
    case "acknowledge":
    case "report":
    case "reject":
    case "resolve":
      // The door lets nobody speak of what was not sent.
      return notice.offeredTime === undefined ? notice : spoken(notice, step, now);
  }
}

function spoken(
  notice: Notice,
  step: Extract<Step, { kind: "acknowledge" | "report" | "reject" | "resolve" }>,
  now: Date,
): Notice {
  if (step.kind === "resolve")
    return resolve(notice, { is: step.is, by: "operator/o", time: now, why: sealedNothing }) ?? notice;
  const { revision } = step;
  const asksBack = actionOf(notice, revision) === "ACTION_RESTORE";
  const received =
    step.kind === "acknowledge"
      ? acknowledge(notice, revision, now)
      : step.kind === "report"
        ? report(notice, revision, [anOutcome({ outcome: asksBack ? "OUTCOME_RESTORED" : "OUTCOME_REMOVED" })], now)
        : reject(notice, { revision, reason: "REJECTION_REASON_NOT_OURS", detail: "" }, now);
  return "notice" in received ? received.notice : notice;
}

function besideOf(step: { beside: Partial<Around> }): Around {
  return around({ suspended: step.beside.doubt !== undefined, suspensionMs: 3000, ...step.beside });
}

/** Runs `check` after each step. */
function after(check: (before: Notice, next: Notice, step: Step) => void): void {
  fc.assert(
    fc.property(begun, steps, (first, all) => {
      let notice = first;
      for (const [index, step] of all.entries()) {
        const next = play(notice, step, at(1000 + index * 300));
        check(notice, next, step);
        notice = next;
      }
    }),
  );
}

describe("in whatever order things come", () => {
  test("no dated fact ever changes or goes", () => {
    const facts = [
      "offeredTime",
      "acknowledgedTime",
      "answeredTime",
      "verifiedGoneTime",
      "closedTime",
      "restoredTime",
    ] as const;
    after((before, next) => {
      for (const fact of facts) if (before[fact] !== undefined) expect(next[fact]).toEqual(before[fact]);
      if (before.withdrawn)
        expect(next.withdrawn).toMatchObject({ time: before.withdrawn.time, decisionId: "decision-2" });
      const ended = (before.suspensions ?? []).filter((s) => s.ended);
      expect((next.suspensions ?? []).slice(0, ended.length)).toEqual(ended);
      expect((next.revisions ?? []).slice(0, before.revisions?.length ?? 0)).toEqual(before.revisions ?? []);
    });
  });

  test("each revision is signed for what it says, says something else than the one before, and replaces none", () => {
    after((before, next) => {
      if (next.revision === before.revision) return expect(next.signed).toBe(before.signed);
      expect([next.revision, next.revisions?.length]).toEqual([before.revision + 1, before.revision]);
      expect(next.signed.signature).toBe(`${newestAction(next)} ${next.revision}`);
      expect(next.revisions?.at(-1)?.replaced).toBe(before.signed);
      expect(newestAction(next)).not.toBe(newestAction(before));
    });
  });

  test("it waits in one place at most", () => {
    after((_, next) => {
      const places = [isUnoffered, waitsForSighting, isInFlight, isUrgent, isRefused].filter((waits) => waits(next));
      expect(places.length + (retryTime(next) === undefined ? 0 : 1)).toBeLessThanOrEqual(1);
    });
  });

  test("who is to wait or to restore is not asked to take down, halted or not; and the first receipt is not of such a word", () => {
    after((before, next, step) => {
      if (openSuspension(next) || next.withdrawn) expect([isInFlight(next), isUnoffered(next)]).toEqual([false, false]);
      const asks = newestAction(next) === next.action;
      if (before.acknowledgedTime === undefined && next.acknowledgedTime !== undefined) expect(asks).toBe(true);
      const revised = next.revision > before.revision;
      if (revised && step.kind === "offer" && step.halted) expect(asks).toBe(false);
    });
  });

  test("one doubt suspends once, for no longer than it may, and only what was sent", () => {
    after((_, { suspensions = [], offeredTime, closedTime }) => {
      const since = suspensions.map((s) => s.doubtSince.getTime());
      expect(new Set(since).size).toBe(since.length);
      if (suspensions.length > 0) expect(offeredTime).toBeDefined();
      for (const { lapseTime, suspendedTime } of suspensions) expect(lapseTime && lapseTime > suspendedTime).toBe(true);
      if (closedTime !== undefined)
        expect(suspensions.at(-1)?.ended === undefined && suspensions.length > 0).toBe(false);
    });
  });

  test("what was never sent is not withdrawn, and nothing is restored that was not withdrawn", () => {
    after((_, next) => {
      if (next.withdrawn) expect(next.offeredTime).toBeDefined();
      const told = published(next);
      if (next.restoredTime)
        expect([stateOf(next), told.withdrawnTime]).toEqual(["NOTICE_STATE_RESTORED", next.withdrawn?.time]);
      for (const { restoredTime } of next.targets) if (restoredTime) expect(next.withdrawn).toBeDefined();
    });
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acknowledge, report } from "./answer.ts";
import { aNotice, anOutcome, at, aView, goneView, sealedNothing } from "../../test/examples.ts";
import { isInFlight, isUnoffered, offer, settle, stateOf, verbOf, withTarget, type Notice } from "./notice.ts";
import { isRejected, reject, resolve } from "./rejection.ts";
import { retried } from "./undeliverable.ts";

const ACCEPTED = "REJECTION_RESOLUTION_ACCEPTED" as const;
const AGAIN = "REJECTION_RESOLUTION_OFFERED_AGAIN" as const;

const clear = { stands: true, target: aView(), halted: false, fault: undefined };
const offered = aNotice({ offeredTime: at(1) });
const took = (received: ReturnType<typeof acknowledge>): Notice => {
  if (!("notice" in received)) throw new Error("it was refused");
  return received.notice;
};

describe("offering", () => {
  test("a notice that nothing speaks against is stamped", () => {
    const next = offer(aNotice(), clear, at(1));
    expect(next.offeredTime).toEqual(at(1));
    expect([isUnoffered(next), isInFlight(next), verbOf(aNotice(), next)]).toEqual([false, true, "offered"]);
  });

  test("while dispatch is halted a notice stays as it is, unsent and open", () => {
    const next = offer(aNotice(), { ...clear, halted: true }, at(1));
    expect([next.offeredTime, next.closedTime, isUnoffered(next)]).toEqual([undefined, undefined, true]);
  });

  test("a notice whose decision fell is closed and never stamped", () => {
    const next = offer(aNotice(), { ...clear, stands: false }, at(1));
    expect([stateOf(next), next.offeredTime]).toEqual(["NOTICE_STATE_CLOSED", undefined]);
  });

  test("a target gone before is told apart, and no open notice is left, halted or not", () => {
    for (const halted of [false, true]) {
      const next = offer(aNotice(), { stands: true, target: goneView, halted, fault: undefined }, at(61));
      expect([stateOf(next), next.offeredTime, next.verifiedGoneTime]).toEqual([
        "NOTICE_STATE_CLOSED",
        undefined,
        undefined,
      ]);
      expect(next.targets[0]).toMatchObject({ goneBeforeOffer: true, goneTime: at(60) });
    }
  });

  test("one that cannot be opened is undeliverable and not stamped, and is tried again later each time", () => {
    const once = offer(aNotice(), { ...clear, fault: "SEALING_KEY_MISSING" }, at(1));
    expect([stateOf(once), once.offeredTime, verbOf(aNotice(), once)]).toEqual([
      "NOTICE_STATE_UNDELIVERABLE",
      undefined,
      "undeliverable",
    ]);
    expect(once.undeliverable).toEqual({ reason: "SEALING_KEY_MISSING", since: at(1), tries: 1, retryTime: at(2) });
    expect(offer(once, clear, at(2))).toBe(once);
    const twice = retried(once, "SEALING_KEY_MISSING", at(2));
    expect(twice.undeliverable).toMatchObject({ since: at(1), tries: 2, retryTime: at(4) });
    const back = retried(twice, undefined, at(4));
    expect([isUnoffered(back), verbOf(twice, back), back.offeredTime]).toEqual([true, "reopened", undefined]);
  });

  test("one that was sent and cannot be opened any more is in flight no longer, and a target that goes ends it", () => {
    const lost = offer(offered, { ...clear, fault: "SEALING_KEY_MISSING" }, at(9));
    expect([stateOf(lost), isInFlight(lost), lost.offeredTime]).toEqual(["NOTICE_STATE_UNDELIVERABLE", false, at(1)]);
    expect(stateOf(settle(lost, { stands: true, target: goneView }, at(61)))).toBe("NOTICE_STATE_VERIFIED_GONE");
  });

  test("a second offer changes nothing", () => {
    const once = offer(aNotice(), clear, at(1));
    expect(offer(once, clear, at(2))).toBe(once);
  });
});

describe("what was seen", () => {
  test("gone after the offer is verified first and closed in a step of its own", () => {
    const verified = settle(offered, { stands: true, target: goneView }, at(61));
    expect([stateOf(verified), verbOf(offered, verified)]).toEqual(["NOTICE_STATE_VERIFIED_GONE", "verified_gone"]);
    expect(verified.targets[0]).toMatchObject({ goneBeforeOffer: false, goneTime: at(60), lastSeenTime: at(5) });
    const closed = settle(verified, { stands: true, target: goneView }, at(62));
    expect([stateOf(closed), verbOf(verified, closed), closed.closedTime]).toEqual([
      "NOTICE_STATE_CLOSED",
      "closed",
      at(62),
    ]);
    expect(settle(closed, { stands: true, target: goneView }, at(63))).toBe(closed);
  });

  test("another episode's end is not this notice's", () => {
    const target = { ...goneView, episode: 2 };
    expect(settle(offered, { stands: true, target }, at(61))).toBe(offered);
  });

  test("an older version is ignored", () => {
    const seen = settle(offered, { stands: true, target: aView({ version: 7, lastSeenTime: at(50) }) }, at(51));
    expect(settle(seen, { stands: true, target: aView({ version: 6, lastSeenTime: at(40) }) }, at(52))).toBe(seen);
  });

  test("a decision that falls after the offer does not close the notice: it was sent", () => {
    expect(settle(offered, { stands: false, target: undefined }, at(2))).toBe(offered);
  });

  test("claimed and still present shows as an answer without an end, seen later than the claim", () => {
    const claimed = took(report(offered, 1, [anOutcome()], at(10)));
    const seen = settle(claimed, { stands: true, target: aView({ version: 3, lastSeenTime: at(20) }) }, at(21));
    expect([stateOf(seen), verbOf(claimed, seen)]).toEqual(["NOTICE_STATE_ANSWERED", "observed"]);
    expect(seen.targets[0]).toMatchObject({ lastSeenTime: at(20), answers: [{ outcome: "OUTCOME_REMOVED" }] });
    expect(seen.targets[0]?.goneTime).toBeUndefined();
  });
});

describe("in whatever order things come", () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant("see" as const), version: fc.integer({ min: 1, max: 9 }) }),
      fc.record({
        kind: fc.constant("offer" as const),
        halted: fc.boolean(),
        stands: fc.boolean(),
        fault: fc.constantFrom(undefined, "SEALING_KEY_MISSING"),
      }),
      fc.record({ kind: fc.constant("retry" as const), fault: fc.constantFrom(undefined, "SEALING_KEY_MISSING") }),
      fc.record({ kind: fc.constant("reject" as const) }),
      fc.record({ kind: fc.constant("resolve" as const), is: fc.constantFrom(ACCEPTED, AGAIN) }),
      fc.record({ kind: fc.constant("acknowledge" as const) }),
      fc.record({ kind: fc.constant("report" as const) }),
    ),
    { maxLength: 20 },
  );
  // The target is gone from version 5 on.
  const viewAt = (version: number) =>
    version < 5 ? aView({ version, lastSeenTime: at(version) }) : { ...goneView, version };

  function play(notice: Notice, step: (typeof steps extends fc.Arbitrary<infer S> ? S : never)[number], now: Date) {
    if (step.kind === "see") return settle(notice, { stands: true, target: viewAt(step.version) }, now);
    if (step.kind === "offer") return offer(notice, { ...step, target: undefined }, now);
    if (step.kind === "retry") return retried(notice, step.fault, now);
    // The door lets nobody answer what was not sent.
    if (notice.offeredTime === undefined) return notice;
    if (step.kind === "resolve")
      return resolve(notice, { is: step.is, by: "o", time: now, why: sealedNothing }) ?? notice;
    if (step.kind === "reject") {
      const rejected = reject(notice, { revision: 1, reason: "REJECTION_REASON_NOT_OURS", detail: "" }, now);
      return "acknowledged" in rejected ? notice : took(rejected);
    }
    return took(step.kind === "report" ? report(notice, 1, [anOutcome()], now) : acknowledge(notice, 1, now));
  }

  test("no dated fact ever changes or goes, and closed stays closed", () => {
    fc.assert(
      fc.property(steps, (all) => {
        let notice = aNotice();
        for (const [index, step] of all.entries()) {
          const next = play(notice, step, at(100 + index));
          for (const fact of ["offeredTime", "acknowledgedTime", "answeredTime", "verifiedGoneTime"] as const) {
            if (notice[fact] !== undefined) expect(next[fact]).toEqual(notice[fact]);
          }
          if (notice.closedTime !== undefined) expect(next.closedTime).toEqual(notice.closedTime);
          expect(next.targets[0]?.answers.slice(0, notice.targets[0]?.answers.length)).toEqual(
            notice.targets[0]?.answers,
          );
          notice = next;
        }
      }),
    );
  });

  test("an open notice waits in exactly one place: to be offered, in flight, for its key, for an operator, or it was taken", () => {
    fc.assert(
      fc.property(steps, (all) => {
        let notice = aNotice();
        for (const [index, step] of all.entries()) notice = play(notice, step, at(100 + index));
        const state = stateOf(notice);
        const waits = [
          isUnoffered(notice),
          isInFlight(notice),
          isRejected(notice),
          state === "NOTICE_STATE_UNDELIVERABLE",
        ];
        const open = ["NOTICE_STATE_ISSUED", "NOTICE_STATE_REJECTED", "NOTICE_STATE_UNDELIVERABLE"].includes(state);
        expect(waits.filter(Boolean)).toHaveLength(open ? 1 : 0);
      }),
    );
  });

  test("a notice closed without being sent is never sent, and none is verified gone that was not sent", () => {
    fc.assert(
      fc.property(steps, (all) => {
        let notice = aNotice();
        for (const [index, step] of all.entries()) {
          const before = notice;
          notice = play(before, step, at(100 + index));
          if (before.closedTime !== undefined) expect(notice.offeredTime).toEqual(before.offeredTime);
          if (notice.verifiedGoneTime !== undefined) expect(notice.offeredTime).toBeDefined();
          if (step.kind === "offer" && (step.halted || step.fault !== undefined)) {
            expect(notice.offeredTime).toEqual(before.offeredTime);
          }
        }
      }),
    );
  });

  test("what was seen of a target ends as its last view says, though others that tell nothing new are not kept", () => {
    const anyOrder = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 });
    // Two views each that say the same, and gone from version 7 on.
    const view = (version: number) =>
      version < 7 ? aView({ version, lastSeenTime: at(version >> 1) }) : { ...goneView, lastSeenTime: at(3), version };
    fc.assert(
      fc.property(anyOrder, (versions) => {
        const see = (notice: Notice, version: number) => withTarget(notice, view(version));
        const facts = ({ targets }: Notice) => targets.map((t) => [t.lastSeenTime, t.goneTime, t.goneBeforeOffer]);
        expect(facts(versions.reduce(see, offered))).toEqual(facts(see(offered, Math.max(...versions))));
      }),
    );
  });
});

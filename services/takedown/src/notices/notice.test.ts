import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acknowledge, report } from "../answers/answer.ts";
import { aNotice, anOutcome, around, at, aView, goneView, sealedNothing } from "../../test/examples.ts";
import { offer, settle, withTarget } from "./leaving.ts";
import { isInFlight, isUnoffered, stateOf, waitsForSighting, type Notice } from "./notice.ts";
import { isRejected, reject, resolve } from "../answers/rejection.ts";
import { askedAgain } from "./sighting.ts";
import { retried } from "./undeliverable.ts";

const STRENGTHS = ["GONE_STRENGTH_ABSENT", "GONE_STRENGTH_REPLACED", "GONE_STRENGTH_PERSON"] as const;
const ACCEPTED = "REJECTION_RESOLUTION_ACCEPTED" as const;
const AGAIN = "REJECTION_RESOLUTION_OFFERED_AGAIN" as const;

const machine = aNotice({ automatic: true });
const offered = aNotice({ offeredTime: at(1) });
const took = (received: ReturnType<typeof acknowledge>): Notice => {
  if (!("notice" in received)) throw new Error("it was refused");
  return received.notice;
};

describe("in whatever order things come", () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant("see" as const),
        version: fc.integer({ min: 1, max: 9 }),
        strength: fc.constantFrom(...STRENGTHS),
        byMachine: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant("offer" as const),
        halted: fc.boolean(),
        stands: fc.boolean(),
        byMachine: fc.boolean(),
        sees: fc.boolean(),
        fault: fc.constantFrom(undefined, "SEALING_KEY_MISSING"),
      }),
      fc.record({ kind: fc.constant("retry" as const), fault: fc.constantFrom(undefined, "SEALING_KEY_MISSING") }),
      fc.record({ kind: fc.constant("ask" as const) }),
      fc.record({ kind: fc.constant("reject" as const) }),
      fc.record({ kind: fc.constant("resolve" as const), is: fc.constantFrom(ACCEPTED, AGAIN) }),
      fc.record({ kind: fc.constant("acknowledge" as const) }),
      fc.record({ kind: fc.constant("report" as const) }),
    ),
    { maxLength: 20 },
  );
  type Step = (typeof steps extends fc.Arbitrary<infer S> ? S : never)[number];
  // The target is gone from version 5 on.
  const viewAt = ({ version, strength }: Extract<Step, { kind: "see" }>) =>
    version < 5 ? aView({ version, lastSeenTime: at(version) }) : { ...goneView(strength), version };
  // A reader may have read the case before a person decided.
  const decided = ({ byMachine }: { byMachine: boolean }) => (byMachine ? {} : undefined);
  const anyNotice = fc.constantFrom(aNotice(), machine);

  function play(notice: Notice, step: Step, now: Date) {
    if (step.kind === "see") return settle(notice, around({ target: viewAt(step), automatic: decided(step) }), now);
    if (step.kind === "offer") {
      const target = step.sees ? aView({ version: 1, lastSeenTime: now }) : undefined;
      const { stands, halted, fault } = step;
      return offer(notice, { ...around({ stands, target, automatic: decided(step) }), halted, fault }, now);
    }
    if (step.kind === "ask") return askedAgain(notice, at(1e6 + now.getTime()));
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
      fc.property(anyNotice, steps, (begun, all) => {
        let notice = begun;
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

  test("an open notice waits in exactly one place: to be offered, for a sighting, in flight, for its key, for an operator, or it was taken", () => {
    fc.assert(
      fc.property(anyNotice, steps, (begun, all) => {
        let notice = begun;
        for (const [index, step] of all.entries()) notice = play(notice, step, at(100 + index));
        const state = stateOf(notice);
        const waits = [
          isUnoffered(notice),
          waitsForSighting(notice),
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
      fc.property(anyNotice, steps, (begun, all) => {
        let notice = begun;
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

  test("what a person decided is closed unsent only when the decision fell, and never counts as gone before the offer", () => {
    fc.assert(
      fc.property(anyNotice, steps, (begun, all) => {
        let notice = begun;
        for (const [index, step] of all.entries()) {
          const before = notice;
          notice = play(before, step, at(100 + index));
          if (notice.automatic) continue;
          expect(waitsForSighting(notice)).toBe(false);
          const [was, is] = [before, notice].map((n) => n.targets.some((t) => t.goneBeforeOffer));
          expect(is).toBe(was);
          const closed = before.closedTime === undefined && notice.closedTime !== undefined;
          if (closed && notice.offeredTime === undefined) expect(step).toMatchObject({ kind: "offer", stands: false });
        }
      }),
    );
  });

  test("what a machine decided is stamped on a sighting of that day alone", () => {
    fc.assert(
      fc.property(steps, (all) => {
        let notice = machine;
        for (const [index, step] of all.entries()) {
          const before = notice;
          notice = play(before, step, at(100 + index));
          const stamped = before.offeredTime === undefined && notice.offeredTime !== undefined;
          if (stamped && notice.automatic) expect(step).toMatchObject({ kind: "offer", sees: true });
        }
      }),
    );
  });

  test("what was seen of a target ends as its last view says, though others that tell nothing new are not kept", () => {
    const anyOrder = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 });
    // Two views each that say the same, and gone from version 7 on.
    const view = (version: number) =>
      version < 7
        ? aView({ version, lastSeenTime: at(version >> 1) })
        : { ...goneView(), lastSeenTime: at(3), version };
    fc.assert(
      fc.property(anyOrder, (versions) => {
        const see = (notice: Notice, version: number) => withTarget(notice, view(version));
        const facts = ({ targets }: Notice) =>
          targets.map((t) => [t.lastSeenTime, t.goneTime, t.goneBeforeOffer, t.told]);
        expect(facts(versions.reduce(see, offered))).toEqual(facts(see(offered, Math.max(...versions))));
      }),
    );
  });
});

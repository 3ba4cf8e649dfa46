import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aDoubt, aNotice, around, at, aView, goneView } from "../../test/examples.ts";
import { offer, settle } from "./leaving.ts";
import { isInFlight, isUnoffered, isUrgent, verbOf, waitsForPolice, waitsForSighting, type Notice } from "./notice.ts";
import { published } from "./publish.ts";
import { shownTo } from "./rpc-get-notice.ts";
import { withRevision } from "./revision.ts";
import { askForLook } from "./sighting.ts";
import { lapsed, lapseTimeOf } from "./suspension.ts";

// What a hold of police keeps back, and what leaves all the same.

const signed = aNotice().signed;
const clear = { ...around(), halted: false, fault: undefined };
const doubt = { cause: "DOUBT_CAUSE_REOPENED", since: aDoubt("decision-1").sinceTime ?? at(50) } as const;
const settled = (notice: Notice, change: Parameters<typeof around>[0], now = at(70)): Notice => {
  const next = settle(notice, around(change), now);
  return next === notice ? notice : settled(next, change, now);
};
const told = (notice: Notice, action: "ACTION_SUSPEND" | "ACTION_REMOVE" | "ACTION_RESTORE") =>
  withRevision(notice, { revision: notice.revision + 1, action, signed }, at(71));

const held = settled(aNotice(), { held: true });
const offered = aNotice({ offeredTime: at(1), acknowledgedTime: at(2) });
const waiting = told(settled(offered, { doubt, suspended: true }), "ACTION_SUSPEND");

describe("what was not sent", () => {
  test("waits for police and is in no queue; when the hold ends it leaves at once", () => {
    expect([waitsForPolice(held), isUnoffered(held), verbOf(aNotice(), held)]).toEqual([true, false, "held"]);
    const over = settled(held, { held: false });
    expect([over, isUnoffered(over), verbOf(held, over)]).toEqual([settled(aNotice(), {}), true, "released"]);
    expect(offer(held, clear, at(80)).offeredTime).toEqual(at(80));
  });

  test("is not stamped by an offer that finds the hold", () => {
    expect(offer(aNotice(), { ...clear, held: true }, at(70))).toMatchObject({ held: true });
    expect(offer(aNotice(), { ...clear, held: true }, at(70)).offeredTime).toBeUndefined();
  });

  test("is closed when its decision falls, and says then no more that it waits", () => {
    const fell = settled(held, { held: true, stands: false });
    expect([fell.closedTime, waitsForPolice(fell), published(fell).waitsForPolice]).toEqual([at(70), false, undefined]);
  });

  test("of a machine, that waits for a sighting, is not asked for meanwhile and asks anew when the hold ends", () => {
    const view = { automatic: {}, target: aView({ lastSeenTime: at(5) }) };
    const asked = askForLook(aNotice({ automatic: true }), at(5000));
    expect(waitsForSighting(asked)).toBe(true);
    const stopped = settled(asked, { ...view, held: true }, at(5001));
    expect([waitsForSighting(stopped), waitsForPolice(stopped)]).toEqual([false, true]);
    const over = settled(stopped, { ...view, held: false }, at(90_000));
    expect([isUnoffered(over), over.askedLook]).toEqual([true, undefined]);
    const again = offer(over, { ...clear, ...view }, at(90_001));
    expect([again.offeredTime, again.askedLook]).toMatchObject([undefined, { askedTime: at(90_001), asks: 1 }]);
  });
});

describe("what was sent", () => {
  test("stays as it is: it goes on being sent until it is taken, and nothing is said of the hold", () => {
    const { acknowledgedTime: _, ...untaken } = offered;
    const next = settled(untaken, { held: true });
    expect([isInFlight(next), published(next).waitsForPolice]).toEqual([true, undefined]);
  });

  test("is suspended and withdrawn all the same", () => {
    const doubted = settled(offered, { held: true, doubt, suspended: true });
    expect([isUrgent(doubted), doubted.suspensions]).toMatchObject([true, [{ suspendedTime: at(70) }]]);
    const back = settled(waiting, { held: true, stands: false, withdrawnBy: "decision-2" });
    expect([isUrgent(back), isUrgent(told(back, "ACTION_RESTORE"))]).toEqual([true, true]);
  });

  test("is reinstated when the hold ends and not before: no clock of the provider runs meanwhile", () => {
    const still = settled(waiting, { held: true });
    expect([isUnoffered(still), still.suspensions?.[0]?.ended]).toEqual([false, undefined]);
    const over = settled(still, { held: false }, at(90));
    expect([isUnoffered(over), verbOf(still, over)]).toEqual([true, "reinstated"]);
    expect(over.suspensions?.[0]?.ended).toEqual({ time: at(90), ending: "SUSPENSION_END_REINSTATED" });
  });

  test("lapses no earlier than the hold ends", () => {
    const still = settled(waiting, { held: true, doubt, suspended: true });
    const late = at(1_000_000);
    expect([lapseTimeOf(still), lapsed(still, late)]).toEqual([undefined, still]);
    const over = settled(still, { held: false, doubt, suspended: true }, late);
    expect(lapsed(over, late).suspensions?.[0]?.ended).toEqual({ time: late, ending: "SUSPENSION_END_LAPSED" });
  });

  test("and was to be asked anew already, waits for police", () => {
    const reinstated = settled(waiting, {});
    expect(isUnoffered(reinstated)).toBe(true);
    const next = settled(reinstated, { held: true });
    expect([isUnoffered(next), waitsForPolice(next), verbOf(reinstated, next)]).toEqual([false, true, "held"]);
    const caller = { name: "a", id: "", person: "" };
    const seenBy = (kind: "isp" | "operator") => shownTo({ ...caller, kind }, next).waitsForPolice;
    expect([seenBy("operator"), seenBy("isp")]).toEqual([true, undefined]);
    const prepared = { revision: 3, action: "ACTION_REMOVE", signed } as const;
    expect(offer(reinstated, { ...clear, held: true, prepared }, at(80)).revision).toBe(2);
    expect(offer(next, { ...clear, prepared }, at(80)).revision).toBe(3);
  });
});

test("whatever else is so, nothing leaves while police hold it that asks to take down", () => {
  const anything = fc.record({
    stands: fc.boolean(),
    suspended: fc.boolean(),
    doubt: fc.constantFrom(undefined, doubt),
    withdrawnBy: fc.constantFrom(undefined, "decision-2"),
    automatic: fc.constantFrom(undefined, {}),
    target: fc.constantFrom(undefined, aView(), goneView()),
  });
  const from = fc.constantFrom(aNotice(), aNotice({ automatic: true }), held, offered, waiting, settled(waiting, {}));
  fc.assert(
    fc.property(from, anything, fc.boolean(), (notice, rest, halted) => {
      const revision = notice.revision + 1;
      const prepared = { revision, action: "ACTION_REMOVE", signed } as const;
      const next = offer(notice, { ...around({ ...rest, held: true }), halted, fault: undefined, prepared }, at(75));
      expect(next.offeredTime).toEqual(notice.offeredTime);
      expect(next.revision).toBe(notice.revision);
      expect(isUnoffered(next)).toBe(false);
    }),
  );
});

import { describe, expect, test } from "vitest";
import { aNotice, anOutcome, around, at, aView, goneView, sealedNothing } from "../../test/examples.ts";
import { acknowledge, report, type Received } from "../answers/answer.ts";
import { offer, settle, type Around } from "./leaving.ts";
import { isInFlight, isUnoffered, isUrgent, stateOf, verbOf, type Notice } from "./notice.ts";
import { published } from "./publish.ts";
import { reject, resolve } from "../answers/rejection.ts";
import { revisionToTell, wantedAction } from "./revision.ts";
import { lapsed, MAX_SUSPENSIONS, seenByOldClient } from "./suspension.ts";

const HOUR = 3600;
const since = (seconds: number, lasting?: true) => ({
  doubt: { cause: "DOUBT_CAUSE_REOPENED" as const, since: at(seconds), ...(lasting && { lasting }) },
});
const took = (received: Received | { acknowledged: true }): Notice => {
  if (!("notice" in received)) throw new Error("it was refused");
  return received.notice;
};
/** Told to a stream: as the offer does it, with bytes that say so. */
const told = (notice: Notice, beside: Partial<Around> = {}, now = at(100), halted = false): Notice => {
  const preview = settle(notice, around(beside), now);
  const signed = { ...notice.signed, signature: `of ${revisionToTell(preview)}` };
  const prepared = { revision: revisionToTell(preview), action: wantedAction(preview), signed };
  return offer(notice, { ...around(beside), halted, fault: undefined, prepared }, now);
};

const acknowledged = took(acknowledge(aNotice({ offeredTime: at(1) }), 1, at(2)));
const suspended = settle(acknowledged, around(since(50)), at(60));
const waiting = took(acknowledge(told(suspended, since(50)), 2, at(101)));

describe("given a notice that was sent", () => {
  test("when its decision is in doubt, it is suspended and its provider is to be told, in a revision of its own", () => {
    expect([stateOf(suspended), verbOf(acknowledged, suspended), isUrgent(suspended)]).toEqual([
      "NOTICE_STATE_SUSPENDED",
      "suspended",
      true,
    ]);
    expect(published(suspended)).toMatchObject({
      action: "ACTION_REMOVE",
      revision: 1,
      suspensions: [
        { suspendedTime: at(60), cause: "DOUBT_CAUSE_REOPENED", lapseTime: at(60 + 4 * HOUR), revision: 0 },
      ],
    });
    const next = told(suspended, since(50));
    expect([verbOf(suspended, next), next.signed.signature, isUrgent(next)]).toEqual(["offered", "of 2", true]);
    expect(published(next)).toMatchObject({ action: "ACTION_SUSPEND", revision: 2, suspensions: [{ revision: 2 }] });
    expect(next.revisions?.map((r) => r.replaced.signature)).toEqual(["header..signature"]);
    expect([isUrgent(waiting), published(waiting).suspensions[0]?.acknowledgedTime]).toEqual([false, at(101)]);
    expect([waiting.acknowledgedTime, published(waiting).revisionAcknowledgedTime]).toEqual([at(2), at(101)]);
  });

  test("when it had not been taken, being told to wait is not the receipt of what it asks for", () => {
    const sent = told(aNotice({ offeredTime: at(1) }), since(50));
    const took2 = took(acknowledge(sent, 2, at(101)));
    expect([took2.acknowledgedTime, isUrgent(took2), isInFlight(took2)]).toEqual([undefined, false, false]);
    expect(took(acknowledge(took2, 1, at(102))).acknowledgedTime).toBeUndefined();
    const again = took(acknowledge(told(took2, {}, at(110)), 3, at(111)));
    expect(again.acknowledgedTime).toEqual(at(111));
  });

  test("when the client does not know the action, nothing of it is in flight, and an operator can see why", () => {
    const sent = settle(aNotice({ offeredTime: at(1) }), around(since(50)), at(60));
    expect([isInFlight(sent), isUnoffered(sent)]).toEqual([false, false]);
    const noted = seenByOldClient(sent);
    expect(published(noted).suspensions).toMatchObject([{ revision: 0, clientTooOld: true }]);
    expect([seenByOldClient(noted), seenByOldClient(waiting)]).toEqual([noted, waiting]);
    // It never heard of it: the first revision goes on.
    const over = settle(noted, around(), at(70));
    expect([isInFlight(over), isUnoffered(over), revisionToTell(over)]).toEqual([true, false, 1]);
  });

  test("when release 0.2 kept its answer and no acknowledgement beside it, it was taken all the same", () => {
    const kept = aNotice({ offeredTime: at(1), acknowledgedTime: at(2), answeredTime: at(2) });
    expect([isInFlight(kept), published(kept).revisionAcknowledgedTime]).toEqual([false, at(2)]);
    const over = settle(settle(kept, around(since(50)), at(60)), around(), at(61));
    expect([isInFlight(over), isUnoffered(over), stateOf(over)]).toEqual([false, false, "NOTICE_STATE_ANSWERED"]);
  });

  test("when bytes were made for another action or revision than is to be said by now, they are not sent", () => {
    for (const stale of [
      { revision: 2, action: "ACTION_RESTORE" as const },
      { revision: 3, action: "ACTION_SUSPEND" as const },
    ]) {
      const prepared = { ...stale, signed: suspended.signed };
      const beside = { ...around(since(50)), halted: false, fault: undefined, prepared };
      expect(offer(suspended, beside, at(100))).toBe(suspended);
    }
  });

  test("when it is closed or verified gone already, nothing waits and nobody is told", () => {
    const gone = settle(acknowledged, around({ target: goneView() }), at(61));
    const closed = settle(gone, around({ target: goneView(), ...since(50) }), at(62));
    expect([stateOf(closed), closed.suspensions]).toEqual(["NOTICE_STATE_CLOSED", undefined]);
    expect(settle(closed, around(since(50)), at(63))).toBe(closed);
  });

  test("when it was not sent, it only waits", () => {
    const unsent = settle(aNotice(), around({ suspended: true, ...since(50) }), at(60));
    expect([stateOf(unsent), unsent.suspensions, isUnoffered(unsent)]).toEqual([
      "NOTICE_STATE_ISSUED",
      undefined,
      false,
    ]);
  });

  test("when there have been too many doubts, one more suspends it no more", () => {
    let notice = acknowledged;
    for (let n = 0; n <= MAX_SUSPENSIONS; n++) {
      notice = settle(settle(notice, around(since(100 + n)), at(100 + n)), around(), at(100 + n));
    }
    expect(notice.suspensions).toHaveLength(MAX_SUSPENSIONS);
  });
});

describe("given a suspended notice", () => {
  test("when the doubt ends with its decision in force, it is reinstated: the same action, in a new revision", () => {
    const over = settle(waiting, around(), at(200));
    expect([verbOf(waiting, over), stateOf(over), isUnoffered(over)]).toEqual([
      "reinstated",
      "NOTICE_STATE_ACKNOWLEDGED",
      true,
    ]);
    expect(published(over).suspensions).toMatchObject([{ endedTime: at(200), ending: "SUSPENSION_END_REINSTATED" }]);
    const again = told(over, {}, at(201));
    expect(published(again)).toMatchObject({ action: "ACTION_REMOVE", revision: 3, acknowledgedTime: at(2) });
    expect([isInFlight(again), isInFlight(took(acknowledge(again, 3, at(202))))]).toEqual([true, false]);
  });

  test("when dispatch is halted, it is told to wait all the same, and reinstated after that", () => {
    expect(told(suspended, since(50), at(100), true).revision).toBe(2);
    const over = settle(waiting, around(), at(200));
    expect(told(over, {}, at(201), true)).toBe(over);
  });

  test("when nobody confirms the doubt, it lapses when that is due, and the same doubt suspends it no more", () => {
    expect(lapsed(waiting, at(59 + 4 * HOUR))).toBe(waiting);
    const over = lapsed(waiting, at(60 + 4 * HOUR));
    expect([verbOf(waiting, over), isUnoffered(over)]).toEqual(["lapsed", true]);
    expect(settle(over, around(since(50)), at(5 * HOUR))).toBe(over);
    expect(stateOf(settle(over, around(since(51)), at(5 * HOUR)))).toBe("NOTICE_STATE_SUSPENDED");
    // A stay of the same doubt is another matter: it lasts.
    const stayed = settle(over, around(since(50, true)), at(5 * HOUR));
    expect([stateOf(stayed), stayed.suspensions?.at(-1)?.lapseTime]).toEqual(["NOTICE_STATE_SUSPENDED", undefined]);
  });

  test("when a later doubt comes, or a stay, it goes on waiting, as long as that says", () => {
    const later = settle(waiting, around(since(300)), at(301));
    expect(later.suspensions).toMatchObject([{ doubtSince: at(300), lapseTime: at(301 + 4 * HOUR), revision: 2 }]);
    const stayed = settle(later, around(since(300, true)), at(302));
    expect([stayed.suspensions?.length, lapsed(stayed, at(1e9))]).toEqual([1, stayed]);
    expect(settle(stayed, around(since(300, true)), at(303))).toBe(stayed);
  });

  test("when one person decided otherwise, it waits, and is not reinstated", () => {
    expect(settle(waiting, around({ stands: false, ...since(50) }), at(200))).toBe(waiting);
    // What release 0.2 told of it says neither doubt nor withdrawal.
    expect(settle(waiting, around({ stands: false }), at(200))).toBe(waiting);
  });

  test("when its target goes meanwhile, that is noted, and verified once it was asked for again and that was taken", () => {
    const gone = settle(waiting, around({ target: goneView(), ...since(50) }), at(61));
    expect([stateOf(gone), gone.targets[0]?.goneTime, gone.verifiedGoneTime]).toEqual([
      "NOTICE_STATE_SUSPENDED",
      at(60),
      undefined,
    ]);
    const target = goneView();
    const over = settle(gone, around({ target }), at(200));
    const again = told(over, { target }, at(201));
    expect([stateOf(again), settle(again, around({ target }), at(202))]).toEqual(["NOTICE_STATE_ACKNOWLEDGED", again]);
    const taken = took(acknowledge(again, 3, at(203)));
    expect(stateOf(settle(taken, around({ target }), at(204)))).toBe("NOTICE_STATE_VERIFIED_GONE");
  });

  test("when it is suspended again before anybody was told that it is not, nobody need be told twice", () => {
    const over = settle(waiting, around(), at(200));
    const again = settle(over, around(since(300)), at(301));
    expect([again.suspensions?.[1]?.revision, isUrgent(again)]).toEqual([2, false]);
  });

  test("when the handler that ran answers to what it was begun for, that is kept and changes nothing", () => {
    const answered = took(report(waiting, 1, [anOutcome()], at(110)));
    expect([stateOf(answered), answered.answeredTime, answered.targets[0]?.answers.length]).toEqual([
      "NOTICE_STATE_SUSPENDED",
      undefined,
      1,
    ]);
  });

  test("when it cannot be opened, it is tried again, and stays suspended", () => {
    const lost = offer(suspended, { ...around(since(50)), halted: false, fault: "SEALING_KEY_MISSING" }, at(100));
    expect([stateOf(lost), isUrgent(lost), lost.undeliverable?.retryTime]).toEqual([
      "NOTICE_STATE_SUSPENDED",
      false,
      at(101),
    ]);
  });
});

describe("given a notice that its provider rejected", () => {
  const reason = { revision: 1, reason: "REJECTION_REASON_NOT_OURS" as const, detail: "" };
  const rejected = took(reject(aNotice({ offeredTime: at(1) }), reason, at(2)));

  test("when its decision is in doubt, it is told to wait, and an operator decides once it is asked for again", () => {
    const doubted = settle(rejected, around(since(50)), at(60));
    expect([stateOf(doubted), isUrgent(doubted)]).toEqual(["NOTICE_STATE_SUSPENDED", true]);
    expect(stateOf(settle(doubted, around(), at(70)))).toBe("NOTICE_STATE_REJECTED");
    const wait = told(doubted, since(50));
    const refused = took(reject(wait, { ...reason, revision: 2 }, at(101)));
    expect([stateOf(refused), isUrgent(refused)]).toEqual(["NOTICE_STATE_SUSPENDED", false]);
    const word = { by: "operator/o", time: at(102), why: sealedNothing };
    expect(resolve(refused, { ...word, is: "REJECTION_RESOLUTION_ACCEPTED" })).toBeUndefined();
    const offeredAgain = resolve(refused, { ...word, is: "REJECTION_RESOLUTION_OFFERED_AGAIN" });
    expect(offeredAgain && isUrgent(offeredAgain)).toBe(true);
    expect(isUnoffered(settle(refused, around({ target: aView() }), at(103)))).toBe(true);
  });
});

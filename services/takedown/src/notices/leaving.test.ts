import { describe, expect, test } from "vitest";
import { aNotice, anOutcome, around, at, aView, goneView } from "../../test/examples.ts";
import { acknowledge, report } from "../answers/answer.ts";
import { offer, settle, withTarget } from "./leaving.ts";
import { isGoneAndTaken, isInFlight, isUnoffered, stateOf, verbOf, waitsForSighting, type Notice } from "./notice.ts";
import { retried } from "./undeliverable.ts";

const STRENGTHS = ["GONE_STRENGTH_ABSENT", "GONE_STRENGTH_REPLACED", "GONE_STRENGTH_PERSON"] as const;

const clear = { ...around(), halted: false, fault: undefined };
const automatic = { automatic: {} };
const machine = aNotice({ automatic: true });
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

  test("the target of a machine's decision, gone before, is told apart, and no open notice is left, halted or not", () => {
    for (const halted of [false, true]) {
      const next = offer(machine, { ...clear, ...automatic, target: goneView(), halted }, at(61));
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
    expect(stateOf(settle(lost, around({ target: goneView() }), at(61)))).toBe("NOTICE_STATE_VERIFIED_GONE");
  });

  test("a second offer changes nothing", () => {
    const once = offer(aNotice(), clear, at(1));
    expect(offer(once, clear, at(2))).toBe(once);
  });
});

describe("what a machine decided", () => {
  const leaving = { ...clear, ...automatic };

  test("leaves at once when an eye saw it lately, with nothing said beside", () => {
    const next = offer(machine, leaving, at(1));
    expect(next).toEqual({ ...machine, targets: next.targets, offeredTime: at(1) });
  });

  test("waits when no eye saw it lately: a look is asked for, and it leaves on the sighting", () => {
    const waiting = offer(machine, leaving, at(3600));
    expect([verbOf(machine, waiting), stateOf(waiting)]).toEqual(["look_asked", "NOTICE_STATE_ISSUED"]);
    expect([isUnoffered(waiting), waitsForSighting(waiting), waiting.offeredTime]).toEqual([false, true, undefined]);
    expect(waiting.askedLook?.askedTime).toEqual(at(3600));
    expect(offer(waiting, leaving, at(3601))).toBe(waiting);
    const seen = { ...leaving, target: aView({ version: 9, lastSeenTime: at(3605) }) };
    const released = settle(waiting, seen, at(3606));
    expect([isUnoffered(released), verbOf(waiting, released)]).toEqual([true, "observed"]);
    expect(offer(released, seen, at(3607)).offeredTime).toEqual(at(3607));
    // Its provider came hours later: the sighting has grown old again.
    expect(offer(released, seen, at(9999)).askedLook).toMatchObject({ askedTime: at(9999), asks: 1 });
  });

  test("asks for no look while dispatch is halted, or while it cannot be opened", () => {
    expect(offer(machine, { ...leaving, halted: true }, at(3600)).askedLook).toBeUndefined();
    expect(offer(machine, { ...leaving, fault: "SEALING_KEY_MISSING" }, at(3600)).askedLook).toBeUndefined();
  });

  test("was sent: it needs no new sighting to be sent again", () => {
    const sent = { ...machine, offeredTime: at(1) };
    expect(offer(sent, { ...leaving, target: undefined }, at(9999))).toBe(sent);
  });

  test("waits while nothing can be seen, and while the prober calls silence gone", () => {
    const waiting = offer(machine, leaving, at(3600));
    for (const told of [
      { state: "TARGET_STATE_UNSEEN", reason: "PROBE_REASON_CHALLENGE" },
      { state: "TARGET_STATE_GONE", goneStrength: "GONE_STRENGTH_SILENCE_0_2" },
    ] as const) {
      const blind = settle(waiting, { ...leaving, target: aView({ version: 9, told }) }, at(7200));
      expect([waitsForSighting(blind), blind.targets[0]?.told, verbOf(waiting, blind)]).toEqual([
        true,
        told,
        "observed",
      ]);
    }
  });

  test.each(["GONE_STRENGTH_REPLACED", "GONE_STRENGTH_PERSON"] as const)(
    "and is gone by %s is closed unsent, and is not gone before the offer",
    (strength) => {
      for (const notice of [machine, offer(machine, leaving, at(3600))]) {
        const next = settle(notice, { ...leaving, target: goneView(strength) }, at(3700));
        expect([stateOf(next), next.offeredTime]).toEqual(["NOTICE_STATE_CLOSED", undefined]);
        expect(next.targets[0]).toMatchObject({
          goneTime: at(60),
          goneBeforeOffer: false,
          told: { goneStrength: strength },
        });
      }
    },
  );

  test("is not gone on the word of release 0.2, which may have meant silence", () => {
    const { told: _, ...old } = goneView();
    const waiting = offer(machine, { ...leaving, target: old }, at(3600));
    expect([stateOf(waiting), waiting.targets[0]?.goneTime]).toEqual(["NOTICE_STATE_ISSUED", undefined]);
    expect(waitsForSighting(waiting)).toBe(true);
  });

  test("a person decides too: it leaves on the person's word, also what waits for a sighting", () => {
    for (const notice of [machine, offer(machine, leaving, at(3600))]) {
      const next = offer(notice, { ...clear, target: goneView() }, at(3700));
      expect([next.automatic, next.offeredTime, next.askedLook]).toEqual([undefined, at(3700), undefined]);
    }
  });
});

describe("what a person decided", () => {
  test.each(STRENGTHS)(
    "leaves though an eye says gone by %s, and is no longer to be sent once it was taken",
    (strength) => {
      const gone = around({ target: goneView(strength) });
      const waiting = settle(aNotice(), gone, at(61));
      expect([isUnoffered(waiting), waiting.targets[0]?.goneBeforeOffer]).toEqual([true, false]);
      expect(waiting.targets[0]?.goneTime).toEqual(at(60));
      const sent = offer(waiting, { ...clear, ...gone }, at(70));
      expect([sent.offeredTime, isInFlight(settle(sent, gone, at(71)))]).toEqual([at(70), true]);
      const received = took(acknowledge(sent, 1, at(80)));
      expect([isGoneAndTaken(sent), isGoneAndTaken(received)]).toEqual([false, true]);
      const verified = settle(received, gone, at(81));
      expect([stateOf(verified), isGoneAndTaken(verified)]).toEqual(["NOTICE_STATE_VERIFIED_GONE", false]);
      expect(stateOf(settle(verified, gone, at(82)))).toBe("NOTICE_STATE_CLOSED");
    },
  );

  test("and went after it was sent is verified gone at once", () => {
    expect(stateOf(settle(offered, around({ target: goneView() }), at(61)))).toBe("NOTICE_STATE_VERIFIED_GONE");
    expect(isGoneAndTaken(took(acknowledge(offered, 1, at(9))))).toBe(false);
  });
});

describe("what the eyes say", () => {
  const look = { eye: "declared", observation: "OBSERVATION_ABSENT", reason: "PROBE_REASON_HTTP_NOT_FOUND" } as const;
  const cloaked = (seconds: number) => ({
    state: "TARGET_STATE_PRESENT" as const,
    cloaked: [{ ...look, time: at(seconds), evidenceId: `evidence-${seconds}` }],
  });

  test("is noted when it changes, and only then", () => {
    const first = withTarget(offered, aView());
    const shown = withTarget(first, aView({ version: 2, told: cloaked(9) }));
    expect([shown.targets[0]?.told, verbOf(first, shown)]).toEqual([cloaked(9), "observed"]);
    expect(withTarget(shown, aView({ version: 3, told: cloaked(99) }))).toBe(shown);
    const here = { state: "TARGET_STATE_PRESENT" as const, restrictedHere: true as const };
    expect(withTarget(shown, aView({ version: 4, told: here })).targets[0]?.told).toEqual(here);
  });
});

describe("what was seen", () => {
  test("gone after the offer is verified first and closed in a step of its own", () => {
    const verified = settle(offered, around({ target: goneView() }), at(61));
    expect([stateOf(verified), verbOf(offered, verified)]).toEqual(["NOTICE_STATE_VERIFIED_GONE", "verified_gone"]);
    expect(verified.targets[0]).toMatchObject({ goneBeforeOffer: false, goneTime: at(60), lastSeenTime: at(5) });
    const closed = settle(verified, around({ target: goneView() }), at(62));
    expect([stateOf(closed), verbOf(verified, closed), closed.closedTime]).toEqual([
      "NOTICE_STATE_CLOSED",
      "closed",
      at(62),
    ]);
    expect(settle(closed, around({ target: goneView() }), at(63))).toBe(closed);
  });

  test("another episode's end is not this notice's", () => {
    const target = { ...goneView(), episode: 2 };
    expect(settle(offered, around({ target }), at(61))).toBe(offered);
  });

  test("an older version is ignored", () => {
    const seen = settle(offered, around({ target: aView({ version: 7, lastSeenTime: at(50) }) }), at(51));
    expect(settle(seen, around({ target: aView({ version: 6, lastSeenTime: at(40) }) }), at(52))).toBe(seen);
  });

  test("a decision that falls after the offer does not close the notice: it was sent", () => {
    expect(settle(offered, around({ stands: false, target: undefined }), at(2))).toBe(offered);
  });

  test("claimed and still present shows as an answer without an end, seen later than the claim", () => {
    const claimed = took(report(offered, 1, [anOutcome()], at(10)));
    const seen = settle(claimed, around({ target: aView({ version: 3, lastSeenTime: at(20) }) }), at(21));
    expect([stateOf(seen), verbOf(claimed, seen)]).toEqual(["NOTICE_STATE_ANSWERED", "observed"]);
    expect(seen.targets[0]).toMatchObject({ lastSeenTime: at(20), answers: [{ outcome: "OUTCOME_REMOVED" }] });
    expect(seen.targets[0]?.goneTime).toBeUndefined();
  });
});

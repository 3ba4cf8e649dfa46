import { describe, expect, test } from "vitest";
import { aNotice, anOutcome, around, at, aView, goneView, sealedNothing } from "../../test/examples.ts";
import { acknowledge, leadsBack, report, type Received } from "../answers/answer.ts";
import { offer, settle, type Around } from "./leaving.ts";
import { isInFlight, isUnoffered, isUrgent, stateOf, verbOf, type Notice } from "./notice.ts";
import { published } from "./publish.ts";
import { reject, resolve } from "../answers/rejection.ts";
import { revisionToTell, wantedAction } from "./revision.ts";
import { awaitsRestoration, restored } from "./withdrawal.ts";

const by = { stands: false, withdrawnBy: "decision-2" };
const took = (received: Received | { acknowledged: true }): Notice => {
  if (!("notice" in received)) throw new Error("it was refused");
  return received.notice;
};
const told = (notice: Notice, beside: Partial<Around> = {}, now = at(100), halted = false): Notice => {
  const preview = settle(notice, around(beside), now);
  const prepared = { revision: revisionToTell(preview), action: wantedAction(preview), signed: notice.signed };
  return offer(notice, { ...around(beside), halted, fault: undefined, prepared }, now);
};
const backView = (seconds: number) => aView({ version: 3, goneTime: at(60), restoredTime: at(seconds) });
const restoredOutcome = anOutcome({ outcome: "OUTCOME_RESTORED" });

const acknowledged = took(acknowledge(aNotice({ offeredTime: at(1) }), 1, at(2)));
const closed = settle(settle(acknowledged, around({ target: goneView() }), at(61)), around(), at(62));
const withdrawn = settle(closed, around(by), at(90));
const asked = told(withdrawn, by);

describe("given a notice that was sent", () => {
  test("when two persons' words are against it, it is over, and its provider is to be asked to restore", () => {
    for (const notice of [acknowledged, closed, settle(acknowledged, around({ doubt: doubt(50) }), at(60))]) {
      const next = settle(notice, around(by), at(90));
      expect([stateOf(next), verbOf(notice, next), isUrgent(next)]).toEqual([
        "NOTICE_STATE_WITHDRAWN",
        "withdrawn",
        true,
      ]);
      expect(published(next)).toMatchObject({ withdrawnTime: at(90), withdrawnByDecisionId: "decision-2" });
      expect(next.closedTime).toEqual(notice.closedTime ?? at(90));
      expect(settle(next, around({ ...by, target: undefined }), at(91))).toBe(next);
      const sent = told(next, by);
      expect(published(sent)).toMatchObject({ action: "ACTION_RESTORE", revision: 2, acknowledgedTime: at(2) });
      expect(isUrgent(took(acknowledge(sent, 2, at(101))))).toBe(false);
    }
  });

  test("when it was suspended, that ends with it", () => {
    const suspended = settle(acknowledged, around({ doubt: doubt(50) }), at(60));
    const next = settle(suspended, around(by), at(90));
    expect(published(next).suspensions).toMatchObject([{ endedTime: at(90), ending: "SUSPENSION_END_WITHDRAWN" }]);
  });

  test("when dispatch is halted, it is asked to restore all the same", () => {
    expect(told(withdrawn, by, at(100), true).revision).toBe(2);
  });

  test("when it was never sent, it is closed, and nobody is asked", () => {
    const next = settle(aNotice(), around(by), at(90));
    expect([stateOf(next), next.withdrawn, isUrgent(next)]).toEqual(["NOTICE_STATE_CLOSED", undefined, false]);
  });

  test("when an operator accepted that it is not its provider's, nobody is asked", () => {
    const reason = { revision: 1, reason: "REJECTION_REASON_NOT_OURS" as const, detail: "" };
    const word = { is: "REJECTION_RESOLUTION_ACCEPTED" as const, by: "operator/o", time: at(9), why: sealedNothing };
    const accepted = resolve(took(reject(aNotice({ offeredTime: at(1) }), reason, at(2))), word);
    expect(accepted && settle(accepted, around(by), at(90))).toBe(accepted);
  });
});

describe("given that somebody else asks for removal there", () => {
  const withheld = settle(closed, around({ ...by, isWithheld: true }), at(90));

  test("when it is withdrawn, nobody is asked to restore, until nobody asks for removal any more", () => {
    expect([published(withheld).restoreWithheld, isUrgent(withheld), awaitsRestoration(withheld)]).toEqual([
      true,
      false,
      false,
    ]);
    const free = settle(withheld, around(by), at(95));
    expect([published(free).restoreWithheld, isUrgent(free), verbOf(withheld, free)]).toEqual([
      false,
      true,
      "withdrawn",
    ]);
  });

  test("when its provider has taken that it is to restore, it was asked, whoever comes later", () => {
    const taken = took(acknowledge(asked, 2, at(101)));
    expect(settle(taken, around({ ...by, isWithheld: true, target: undefined }), at(102))).toBe(taken);
  });

  test("when that is found out as it leaves, it does not leave, and is not repeated if it had", () => {
    const stopped = told(withdrawn, { ...by, isWithheld: true });
    expect([stopped.revision, isUrgent(stopped)]).toEqual([1, false]);
    expect(isUrgent(told(asked, { ...by, isWithheld: true }))).toBe(false);
  });
});

describe("given a notice that was withdrawn", () => {
  test("when everything that had gone is seen there again, it is restored", () => {
    const next = settle(asked, around({ ...by, target: backView(200) }), at(201));
    expect([stateOf(next), verbOf(asked, next), next.restoredTime]).toEqual([
      "NOTICE_STATE_RESTORED",
      "restored",
      at(200),
    ]);
    expect(published(next).targets[0]).toMatchObject({ goneTime: at(60), restoredTime: at(200) });
    expect([isUrgent(next), awaitsRestoration(next)]).toEqual([false, false]);
  });

  test("when it had come back before, that was not by this", () => {
    expect(settle(asked, around({ ...by, target: backView(79) }), at(201)).restoredTime).toBeUndefined();
    // The prober's clock may be a little behind.
    expect(settle(asked, around({ ...by, target: backView(80) }), at(201)).restoredTime).toEqual(at(80));
  });

  test("when nothing had ever gone, nothing is restored: it waits for its provider's answer alone", () => {
    const open = told(settle(acknowledged, around(by), at(90)), by);
    const answered = took(report(open, 2, [restoredOutcome], at(110)));
    expect([awaitsRestoration(open), awaitsRestoration(answered), stateOf(answered)]).toEqual([
      true,
      false,
      "NOTICE_STATE_WITHDRAWN",
    ]);
    // It went after all, for a handler had run: then it is waited for.
    const gone = settle(open, around({ ...by, target: goneView() }), at(105));
    expect(awaitsRestoration(took(report(gone, 2, [restoredOutcome], at(110))))).toBe(true);
  });

  test("when its provider cannot restore it, nobody waits for it", () => {
    const cannot = anOutcome({
      outcome: "OUTCOME_CANNOT_RESTORE",
      cannotRestoreReason: "CANNOT_RESTORE_REASON_DELETED",
    });
    const answered = took(report(asked, 2, [cannot], at(110)));
    expect([awaitsRestoration(answered), isUrgent(answered), answered.answeredTime]).toEqual([false, false, undefined]);
    expect(settle(answered, around({ ...by, target: backView(200) }), at(201))).toBe(answered);
    expect(published(answered).targets[0]?.answers).toMatchObject([
      { revision: 2, outcome: "OUTCOME_CANNOT_RESTORE", cannotRestoreReason: "CANNOT_RESTORE_REASON_DELETED" },
    ]);
  });

  test.each([
    ["REMOVED", 2, anOutcome(), "outcome"],
    ["RESTORED to what asked to remove", 1, restoredOutcome, "outcome"],
    ["CANNOT_RESTORE without a reason", 2, anOutcome({ outcome: "OUTCOME_CANNOT_RESTORE" }), "cannot_restore_reason"],
  ])("when its provider answers %s, that is refused by name", (_, revision, outcome, field) => {
    expect(report(asked, revision, [outcome], at(110))).toMatchObject({ refused: [{ field: `outcomes[0].${field}` }] });
  });

  test("when its provider rejects that, an operator can have it offered again, and there is nothing to accept", () => {
    const refused = took(reject(asked, { revision: 2, reason: "REJECTION_REASON_UNKNOWN_KEY", detail: "" }, at(110)));
    expect([stateOf(refused), isUrgent(refused)]).toEqual(["NOTICE_STATE_WITHDRAWN", false]);
    const word = { by: "operator/o", time: at(111), why: sealedNothing };
    expect(resolve(refused, { ...word, is: "REJECTION_RESOLUTION_ACCEPTED" })).toBeUndefined();
    const again = resolve(refused, { ...word, is: "REJECTION_RESOLUTION_OFFERED_AGAIN" });
    expect(again && isUrgent(again)).toBe(true);
  });

  test("when it had been answered not hosted here, nobody looks for another provider", () => {
    const elsewhere = anOutcome({ outcome: "OUTCOME_NOT_HOSTED_HERE" });
    const said = took(report(aNotice({ offeredTime: at(1) }), 1, [elsewhere], at(4)));
    expect([leadsBack(said), leadsBack(settle(said, around(by), at(90)))]).toEqual([true, false]);
  });

  test("when its decision is told again as standing, it is asked for no more", () => {
    const next = settle(asked, around(), at(200));
    expect([isInFlight(next), isUnoffered(next), stateOf(next)]).toEqual([false, false, "NOTICE_STATE_WITHDRAWN"]);
  });
});

function doubt(seconds: number) {
  return { cause: "DOUBT_CAUSE_REOPENED" as const, since: at(seconds) };
}

test("it is restored once everything of it that had gone was seen again, and only if it was withdrawn", () => {
  const [one] = withdrawn.targets;
  if (one === undefined) throw new Error("no target");
  const back = { ...one, restoredTime: at(120) };
  const { goneTime: _, ...there } = { ...one, targetId: "target-2" };
  const gone = { ...there, goneTime: at(61) };
  expect(restored({ ...withdrawn, targets: [back, there] }).restoredTime).toEqual(at(120));
  expect(restored({ ...withdrawn, targets: [back, gone] }).restoredTime).toBeUndefined();
  const both = [back, { ...gone, restoredTime: at(130) }];
  expect(restored({ ...withdrawn, targets: both }).restoredTime).toEqual(at(130));
  expect(restored({ ...closed, targets: [back] }).restoredTime).toBeUndefined();
});

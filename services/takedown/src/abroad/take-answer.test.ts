import { HotlineAction, HotlineReason, type HotlineAnswer } from "@ntd/proto/hotline/v1/hotline_link_service";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aNotice, at } from "../../test/examples.ts";
import { leadsBack, MAX_ANSWERS } from "../answers/answer.ts";
import { stateOf, type Notice } from "../notices/notice.ts";
import { takeAnswer } from "./take-answer.ts";

const sent = (change: Partial<Notice> = {}): Notice =>
  aNotice({ route: "ROUTE_HOTLINE", country: "NL", offeredTime: at(1), ...change });
const acknowledged = { acknowledgedTime: at(2), acknowledgements: [{ revision: 1, receivedTime: at(2) }] };

const anAnswer = (action: string, change: Partial<HotlineAnswer> = {}): HotlineAnswer => ({
  place: "000000000001",
  reference: "notice-1",
  revision: 1,
  action: `HOTLINE_ACTION_${action}` as HotlineAction,
  reason: "HOTLINE_REASON_UNSPECIFIED",
  actedTime: at(5),
  ...change,
});

function took(notice: Notice, answer: HotlineAnswer): Notice {
  const next = takeAnswer(notice, answer, at(10));
  if (typeof next === "string") throw new Error(next);
  return next;
}

describe("an answer of a hotline", () => {
  test("is kept in the words of both, with when it acted and when it came", () => {
    const reason = "HOTLINE_REASON_ADULT_PORNOGRAPHY";
    const next = took(sent(acknowledged), anAnswer("NOT_ILLEGAL", { reason }));
    expect(next.targets[0]?.answers).toMatchObject([
      {
        outcome: "OUTCOME_DISPUTED",
        disputeGrounds: "DISPUTE_GROUNDS_LAWFUL",
        hotlineAction: "HOTLINE_ACTION_NOT_ILLEGAL",
        hotlineReason: reason,
        measureTime: at(5),
        receivedTime: at(10),
      },
    ]);
    expect(stateOf(next)).toBe("NOTICE_STATE_ANSWERED");
  });

  test("that it told somebody is no outcome, and means that it has the record", () => {
    const next = took(sent(), anAnswer("REPORTED_TO_PROVIDER"));
    expect([stateOf(next), next.answeredTime, next.acknowledgedTime]).toEqual([
      "NOTICE_STATE_ACKNOWLEDGED",
      undefined,
      at(10),
    ]);
    const removed = took(next, anAnswer("CONTENT_REMOVED", { place: "000000000002" }));
    expect([stateOf(removed), removed.targets[0]?.answers.length]).toEqual(["NOTICE_STATE_ANSWERED", 2]);
  });

  test("is its own alone: another's to the same reference changes nothing", () => {
    const notice = sent(acknowledged);
    const other = anAnswer("CONTENT_REMOVED", { hotline: "hotline-of-others" });
    expect(takeAnswer(notice, other, at(10))).toBe("another_hotline");
    expect(stateOf(took(notice, anAnswer("CONTENT_REMOVED", { hotline: notice.providerId })))).toBe(
      "NOTICE_STATE_ANSWERED",
    );
  });

  test("that it moved puts it before a person", () => {
    expect(leadsBack(took(sent(), anAnswer("MOVED")))).toBe(true);
    expect(leadsBack(took(sent(), anAnswer("NO_ACTION", { reason: "HOTLINE_REASON_OTHER" })))).toBe(false);
  });

  test("to what is withdrawn is kept and answers nothing", () => {
    const revisions = [{ revision: 2, action: "ACTION_RESTORE" as const, madeTime: at(3), replaced: sent().signed }];
    const withdrawn = sent({ revision: 2, revisions, withdrawn: { time: at(3), decisionId: "d2" }, closedTime: at(3) });
    const next = took(withdrawn, anAnswer("CONTENT_REMOVED", { revision: 2 }));
    expect(next.targets[0]?.answers).toMatchObject([
      { outcome: "OUTCOME_UNSPECIFIED", hotlineAction: "HOTLINE_ACTION_CONTENT_REMOVED" },
    ]);
    // What came late to the first revision is an answer to that.
    const late = took(withdrawn, anAnswer("CONTENT_REMOVED"));
    expect(late.targets[0]?.answers).toMatchObject([{ outcome: "OUTCOME_REMOVED", revision: 1 }]);
    expect(late.answeredTime).toBeUndefined();
  });

  test.each([
    ["unknown_reference", aNotice({ offeredTime: at(1) }), anAnswer("MOVED")],
    ["unknown_revision", sent(), anAnswer("MOVED", { revision: 2 })],
    ["unknown_revision", sent(), anAnswer("MOVED", { revision: 0 })],
    ["not_understood", sent(), anAnswer("UNSPECIFIED")],
    ["not_understood", sent(), anAnswer("MOVED", { action: "UNRECOGNIZED" })],
    ["not_understood", sent(), anAnswer("MOVED", { reason: "UNRECOGNIZED" })],
  ])("is %s", (stray, notice, answer) => {
    expect(takeAnswer(notice, answer, at(10))).toBe(stray);
  });

  test("beyond what a document holds is noted and not kept", () => {
    let notice = sent();
    for (let n = 1; n <= MAX_ANSWERS; n++) notice = took(notice, anAnswer("NO_ACTION", { place: String(1000 + n) }));
    expect(takeAnswer(notice, anAnswer("MOVED", { place: "2000" }), at(10))).toBe("too_many");
  });

  test("is taken once, however often and in whatever pieces they come again", () => {
    const actions = Object.values(HotlineAction).filter((word) => !/UNSPECIFIED|UNRECOGNIZED/.test(word));
    const reasons = Object.values(HotlineReason).filter((word) => word !== "UNRECOGNIZED");
    const answers = fc
      .array(fc.record({ action: fc.constantFrom(...actions), reason: fc.constantFrom(...reasons) }), { maxLength: 8 })
      .map((all) => all.map((said, i) => anAnswer("MOVED", { ...said, place: String(i).padStart(4, "0") })));
    fc.assert(
      fc.property(answers, fc.array(fc.nat(8), { maxLength: 5 }), (all, restarts) => {
        const once = all.reduce(took, sent());
        // Each restart goes back to an earlier place and takes from there again.
        let again = sent();
        for (const from of [0, ...restarts]) again = all.slice(Math.min(from, all.length)).reduce(took, again);
        expect(again).toEqual(once);
        expect(again.targets[0]?.answers.map((a) => a.hotlineAction)).toEqual(all.map((a) => a.action));
      }),
    );
  });
});

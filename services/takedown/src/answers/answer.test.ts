import { describe, expect, test } from "vitest";
import { acknowledge, leadsBack, MAX_ANSWERS, MAX_TEXTS, report, type Received } from "./answer.ts";
import { aNotice, anOutcome, at, sealedNothing } from "../../test/examples.ts";
import { stateOf, verbOf, type Notice } from "../notices/notice.ts";

const offered = aNotice({ offeredTime: at(1) });
const took = (received: Received): Notice => {
  if (!("notice" in received)) throw new Error("it was refused");
  return received.notice;
};

describe("acknowledging", () => {
  test("the first instant stands", () => {
    const once = took(acknowledge(offered, 1, at(2)));
    expect([stateOf(once), verbOf(offered, once), once.acknowledgedTime]).toEqual([
      "NOTICE_STATE_ACKNOWLEDGED",
      "acknowledged",
      at(2),
    ]);
    expect(took(acknowledge(once, 1, at(3)))).toBe(once);
  });

  test("one to an older revision is kept and changes nothing else", () => {
    const second = { ...offered, revision: 2 };
    const next = took(acknowledge(second, 1, at(2)));
    expect(next).toEqual({ ...second, acknowledgements: [{ revision: 1, receivedTime: at(2) }] });
    expect(stateOf(next)).toBe("NOTICE_STATE_ISSUED");
  });

  test.each([0, 2])("revision %i, which was never sent, is refused by name", (revision) => {
    expect(acknowledge(offered, revision, at(2))).toMatchObject({ refused: [{ field: "revision" }] });
  });
});

describe("answering", () => {
  test("what became of what is to be kept stays with the answer, and goes with what was taken down alone", () => {
    const said = (change: Parameters<typeof anOutcome>[0], notice = offered) =>
      report(notice, notice.revision, [anOutcome(change)], at(4));
    const preservation = "PRESERVATION_PRESERVED" as const;
    for (const outcome of ["REMOVED", "ACCESS_DISABLED", "BLOCKED", "ALREADY_GONE"] as const) {
      const next = took(said({ outcome: `OUTCOME_${outcome}`, preservation }));
      expect(next.targets[0]?.answers).toMatchObject([{ preservation }]);
    }
    for (const outcome of ["NOT_HOSTED_HERE", "DISPUTED"] as const) {
      expect(said({ outcome: `OUTCOME_${outcome}`, preservation })).toMatchObject({
        refused: [{ field: "outcomes[0].preservation" }],
      });
    }
    expect(said({ preservation: "UNRECOGNIZED" })).toHaveProperty("refused");
    const revisions = [{ revision: 2, action: "ACTION_RESTORE" as const, madeTime: at(3), replaced: offered.signed }];
    const withdrawn = { time: at(3), decisionId: "decision-2" };
    const restoring = { ...offered, revision: 2, revisions, withdrawn, closedTime: at(3) };
    expect(said({ outcome: "OUTCOME_RESTORED" }, restoring)).toHaveProperty("notice");
    expect(said({ outcome: "OUTCOME_RESTORED", preservation }, restoring)).toHaveProperty("refused");
  });

  test("implies acknowledgement", () => {
    const next = took(report(offered, 1, [anOutcome()], at(4)));
    expect([stateOf(next), next.acknowledgedTime, next.answeredTime]).toEqual(["NOTICE_STATE_ANSWERED", at(4), at(4)]);
  });

  test("leaves an earlier acknowledgement's instant", () => {
    const next = took(report(took(acknowledge(offered, 1, at(2))), 1, [anOutcome()], at(4)));
    expect(next.acknowledgedTime).toEqual(at(2));
  });

  test("a later answer is kept beside the earlier one, and the first instant stands", () => {
    const first = took(report(offered, 1, [anOutcome({ outcome: "OUTCOME_DISPUTED" })], at(4)));
    const second = took(report(first, 1, [anOutcome()], at(9)));
    expect(second.targets[0]?.answers.map((a) => [a.outcome, a.receivedTime])).toEqual([
      ["OUTCOME_DISPUTED", at(4)],
      ["OUTCOME_REMOVED", at(9)],
    ]);
    expect([second.answeredTime, verbOf(first, second)]).toEqual([at(4), "answered"]);
  });

  test("to an older revision is kept and changes nothing else", () => {
    const next = took(report({ ...offered, revision: 2 }, 1, [anOutcome()], at(4)));
    expect(next.targets[0]?.answers).toHaveLength(1);
    expect([stateOf(next), next.acknowledgedTime]).toEqual(["NOTICE_STATE_ISSUED", undefined]);
  });

  test("after the notice was closed is kept, with its instant, and leaves it closed", () => {
    const closed = { ...offered, verifiedGoneTime: at(2), closedTime: at(2) };
    const next = took(report(closed, 1, [anOutcome()], at(4)));
    expect([stateOf(next), next.answeredTime, next.targets[0]?.answers.length]).toEqual([
      "NOTICE_STATE_CLOSED",
      at(4),
      1,
    ]);
  });

  test("for one of two targets leaves the notice acknowledged", () => {
    const [target] = offered.targets;
    if (target === undefined) throw new Error("no target");
    const two = { ...offered, targets: [target, { ...target, targetId: "target-2" }] };
    const half = took(report(two, 1, [anOutcome()], at(4)));
    expect(stateOf(half)).toBe("NOTICE_STATE_ACKNOWLEDGED");
    expect(stateOf(took(report(half, 1, [anOutcome({ targetId: "target-2" })], at(5))))).toBe("NOTICE_STATE_ANSWERED");
  });

  test("only so many answers are taken", () => {
    let notice = offered;
    for (let i = 0; i < MAX_ANSWERS; i++) notice = took(report(notice, 1, [anOutcome()], at(4)));
    expect(report(notice, 1, [anOutcome()], at(4))).toEqual({ tooMany: true });
  });

  test("only so many texts are taken, and what says nothing more still is", () => {
    const disputed = anOutcome({ outcome: "OUTCOME_DISPUTED", disputeText: sealedNothing });
    let notice = offered;
    for (let i = 0; i < MAX_TEXTS; i++) notice = took(report(notice, 1, [disputed], at(4)));
    expect(report(notice, 1, [disputed], at(4))).toEqual({ tooMany: true });
    expect(took(report(notice, 1, [anOutcome()], at(4))).targets[0]?.answers).toHaveLength(MAX_TEXTS + 1);
  });

  test.each([
    ["no outcome at all", "", []],
    ["a target that is none of the notice", "[0].target_id", [anOutcome({ targetId: "target-9" })]],
    ["a target named twice", "[1].target_id", [anOutcome(), anOutcome()]],
    ["no outcome set", "[0].outcome", [anOutcome({ outcome: "OUTCOME_UNSPECIFIED" })]],
    ["CANNOT_COMPLY, no reason", "[0].cannot_comply_reason", [anOutcome({ outcome: "OUTCOME_CANNOT_COMPLY" })]],
    [
      "a reason without CANNOT_COMPLY",
      "[0].cannot_comply_reason",
      [anOutcome({ cannotComplyReason: "CANNOT_COMPLY_REASON_FORCE_MAJEURE" })],
    ],
    ["RESTORED to what does not ask for it", "[0].outcome", [anOutcome({ outcome: "OUTCOME_RESTORED" })]],
    [
      "a reason that goes with CANNOT_RESTORE",
      "[0].cannot_restore_reason",
      [anOutcome({ cannotRestoreReason: "CANNOT_RESTORE_REASON_DELETED" })],
    ],
    ["an address as reference", "[0].reference", [anOutcome({ reference: "https://ticket.example/1" })]],
    ["prose as reference", "[0].reference", [anOutcome({ reference: "see our mail" })]],
  ])("is refused by name with %s", (_, field, outcomes) => {
    expect(report(offered, 1, outcomes, at(4))).toMatchObject({ refused: [{ field: `outcomes${field}` }] });
  });
});

describe("not hosted here", () => {
  const said = took(report(offered, 1, [anOutcome({ outcome: "OUTCOME_NOT_HOSTED_HERE" })], at(4)));

  test("leads back until somebody was told", () => {
    expect([leadsBack(offered), leadsBack(said), leadsBack({ ...said, ledBack: true })]).toEqual([false, true, false]);
  });

  test("said of an older revision does not", () => {
    expect(leadsBack({ ...said, revision: 2 })).toBe(false);
  });
});

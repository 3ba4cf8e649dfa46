import { describe, expect, test } from "vitest";
import { noticeEvent, targetEvent } from "../../test/example-events.ts";
import { answer, at, timelineExample } from "../../test/examples.ts";
import { noticeFacts, targetView } from "./facts.ts";
import { timesOf } from "./timeline.ts";

const offered = { offeredTime: at(1) };
const reversed = { ...offered, withdrawn: true, reversed: { withdrawnTime: at(50) } };

describe("given a notice's event", () => {
  const factsOf = (...args: Parameters<typeof noticeEvent>) => noticeFacts(noticeEvent(...args), 1)[0];

  test("one that was never in doubt keeps nothing of it", () => {
    expect(factsOf()).not.toHaveProperty("suspensions");
    expect(factsOf()).not.toHaveProperty("reversed");
  });

  test("each suspension is kept with its end", () => {
    const suspension = {
      cause: "DOUBT_CAUSE_REOPENED",
      lapseTime: undefined,
      revision: 2,
      acknowledgedTime: undefined,
      clientTooOld: false,
    } as const;
    const suspensions = [
      { ...suspension, suspendedTime: at(10), endedTime: at(20), ending: "SUSPENSION_END_LAPSED" },
      { ...suspension, suspendedTime: at(30), endedTime: undefined, ending: "SUSPENSION_END_UNSPECIFIED" },
    ] as const;
    expect(factsOf({ state: "NOTICE_STATE_SUSPENDED", suspensions: [...suspensions] })).toMatchObject({
      withdrawn: false,
      suspensions: [{ from: at(10), to: at(20), lapsed: true }, { from: at(30) }],
    });
  });

  test("withdrawn and restored are both withdrawn, and only a decision reverses", () => {
    const by = { withdrawnTime: at(50), withdrawnByDecisionId: "decision-2", restoreWithheld: true };
    expect(factsOf({ state: "NOTICE_STATE_RESTORED", ...by }, { restoredTime: at(60) })).toMatchObject({
      withdrawn: true,
      reversed: { withdrawnTime: at(50), withheld: true, restoredTime: at(60) },
    });
    expect(factsOf({ state: "NOTICE_STATE_WITHDRAWN" })).toMatchObject({ withdrawn: true });
    expect(factsOf({ state: "NOTICE_STATE_WITHDRAWN" })).not.toHaveProperty("reversed");
  });

  test("what the prober saw again is kept of its target", () => {
    expect(targetView(targetEvent({ restoredTime: at(60) }), 1)).toMatchObject({ restoredTime: at(60) });
  });
});

describe("given a decision that was withdrawn", () => {
  test("it is a reversal once it had been offered", () => {
    expect(timesOf(timelineExample(reversed))).toMatchObject({ standing: "withdrawn", reversed: true });
    const unsent = { ...reversed, offeredTime: undefined };
    expect(timesOf(timelineExample(unsent))).toMatchObject({ standing: "withdrawn", reversed: false });
  });

  test("what was gone is to restore, unless that is withheld; what never went is not", () => {
    expect(timesOf(timelineExample(reversed, { goneTime: at(9) }))).toMatchObject({ toRestore: true, restored: false });
    expect(timesOf(timelineExample(reversed))).toMatchObject({ toRestore: false });
    const withheld = { ...reversed, reversed: { withdrawnTime: at(50), withheld: true as const } };
    expect(timesOf(timelineExample(withheld, { goneTime: at(9) }))).toMatchObject({ toRestore: false });
  });

  test("it is restored by what the prober saw since, or by what the notice says", () => {
    const seen = timesOf(timelineExample(reversed, { restoredTime: at(60) }));
    expect(seen).toMatchObject({ toRestore: true, restored: true, restoredTime: at(60) });
    expect(timesOf(timelineExample(reversed, { restoredTime: at(40) }))).toMatchObject({ restored: false });
    const told = { ...reversed, reversed: { withdrawnTime: at(50), restoredTime: at(55) } };
    expect(timesOf(timelineExample(told))).toMatchObject({ restoredTime: at(55) });
  });

  test("its provider may say that it cannot restore", () => {
    const answers = [answer("OUTCOME_REMOVED", 10), answer("OUTCOME_CANNOT_RESTORE", 60, 2)];
    expect(timesOf(timelineExample({ ...reversed, answers }))).toMatchObject({ cannotRestore: true });
    expect(timesOf(timelineExample({ ...offered, answers }))).toMatchObject({ cannotRestore: false });
  });
});

test("given a suspension, it is suspended while it is open and that lasts", () => {
  const suspensions = [{ from: at(10), to: at(20), lapsed: true as const }, { from: at(30) }];
  expect(timesOf(timelineExample({ ...offered, suspensions }))).toMatchObject({ suspended: true, lapsed: true });
  const ended = { ...offered, suspensions: suspensions.slice(0, 1) };
  expect(timesOf(timelineExample(ended))).toMatchObject({ suspended: false, lapsed: true });
  const gone = timelineExample({ ...offered, suspensions }, { goneTime: at(40) });
  expect(timesOf(gone)).toMatchObject({ standing: "gone", suspended: false });
});

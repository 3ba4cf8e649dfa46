import { WITHDRAWS_NOTHING } from "@ntd/facts";
import { describe, expect, test } from "vitest";
import type { CaseFile } from "../cases/case.ts";
import { file, later, noon, reports, target } from "../../test/facts.ts";
import { absentOrder, closedAsAbsent, waitsAsAbsent } from "./absent.ts";

const gone = target({
  state: "TARGET_STATE_GONE",
  goneTime: later(1),
  goneStrength: "GONE_STRENGTH_ABSENT",
  neverSeen: true,
  fingerprints: [],
});
const absent = file({
  progress: { kind: "queued", reason: "QUEUE_REASON_ABSENT", queuedTime: noon },
  target: gone,
  reports: reports(),
});
const decision = { decisionId: "decision-1", decidedBy: "assessor/ann", decidedTime: later(9) };
const claim = { holder: "assessor/ben", claimExpireTime: later(1800), queuedTime: noon };

const left: [string, Partial<CaseFile>][] = [
  ["its later looks are not over", { target: { ...gone, state: "TARGET_STATE_SUSPECT_GONE", goneTime: undefined } }],
  ["later looks were blind", { target: { ...gone, state: "TARGET_STATE_UNSEEN", goneTime: undefined } }],
  ["the watch ended in silence", { target: { ...gone, state: "TARGET_STATE_CLOSED", goneTime: undefined } }],
  ["something was seen there", { target: { ...gone, neverSeen: false } }],
  ["an event of release 0.2 did not tell", { target: target({ state: "TARGET_STATE_GONE" }) }],
  ["it was raised", { reports: reports({ raised: true }) }],
  ["somebody holds it", { progress: { kind: "claimed", reason: "QUEUE_REASON_ABSENT", ...claim } }],
  ["it waits for another reason", { progress: { kind: "queued", reason: "QUEUE_REASON_NO_HIT", queuedTime: noon } }],
  ["it is decided", { progress: { kind: "decided" } }],
];

describe("given a case of an address at which every look found nothing", () => {
  test("when it is closed, it is out of scope by the person's word, and says by what", () => {
    expect(absentOrder(absent)).toBe(noon.toISOString());
    expect(closedAsAbsent(absent, decision)).toEqual({
      ...absent,
      progress: { kind: "decided" },
      decisions: [
        {
          ...decision,
          verdict: "VERDICT_OUT_OF_SCOPE",
          classifications: [],
          basis: "absent at every look",
          reason: undefined,
          despiteGone: false,
          ...WITHDRAWS_NOTHING,
        },
      ],
    });
  });

  test("when the watch has ended behind it, it may be closed all the same", () => {
    const closed = { ...absent, target: { ...gone, state: "TARGET_STATE_CLOSED" as const } };
    expect(closedAsAbsent(closed, decision)?.progress).toEqual({ kind: "decided" });
  });

  test.each(left)("when %s, it is left for a person", (_, change) => {
    const other = { ...absent, ...change };
    expect(absentOrder(other)).toBeUndefined();
    expect(closedAsAbsent(other, decision)).toBeUndefined();
  });

  test("when it is closed twice, the second time changes nothing", () => {
    const once = closedAsAbsent(absent, decision);
    expect(once && closedAsAbsent(once, decision)).toBeUndefined();
  });

  test("when it waits for that reason, claimed or not, it counts as waiting", () => {
    expect(waitsAsAbsent(absent)).toBe(true);
    expect(waitsAsAbsent({ ...absent, progress: { kind: "claimed", reason: "QUEUE_REASON_ABSENT", ...claim } })).toBe(
      true,
    );
    expect(waitsAsAbsent({ ...absent, progress: { kind: "decided" } })).toBe(false);
    const other = { kind: "queued", reason: "QUEUE_REASON_UNREACHABLE", queuedTime: noon } as const;
    expect(waitsAsAbsent({ ...absent, progress: other })).toBe(false);
  });
});

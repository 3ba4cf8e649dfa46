import fc from "fast-check";
import { runs } from "@ntd/testing/runs";
import { WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision, QueueReason } from "@ntd/proto/casework/v1/case";
import { describe, expect, test } from "vitest";
import type { CaseFile, Flag } from "../cases/case.ts";
import { published } from "../cases/publish.ts";
import { file, later, match, md5, noon, reports, target } from "../../test/facts.ts";
import { LANES, laneOf, waitingLane } from "./lane.ts";
import { claimedLane, holderName, inLane, queueOrder, unassessedSince, waitsIn } from "./order.ts";

const queued = (reason: QueueReason = "QUEUE_REASON_NO_HIT", change: Partial<CaseFile> = {}, since = noon) =>
  file({ target: target(), progress: { kind: "queued", reason, queuedTime: since }, reports: reports(), ...change });
const said = (is: boolean): Flag => {
  const reason = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
  return { is, by: "assessor/ann", time: noon, reason };
};

const decision: Decision = {
  decisionId: "decision-1",
  verdict: "VERDICT_ILLEGAL",
  decidedBy: "assessor/ann",
  decidedTime: noon,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
};
/** Decided, and another person is to look. */
function lookedAt(change: Partial<CaseFile> = {}, overdue = false): CaseFile {
  const times = { queuedTime: noon, sinceTime: noon, dueTime: later(60) };
  const look = {
    kind: "after",
    first: decision,
    reason: "QUEUE_REASON_NO_HIT",
    evidenceRevision: 1,
    ...times,
  } as const;
  const second = { ...look, ...(overdue && { overdue: true as const }) };
  return queued("QUEUE_REASON_NO_HIT", { progress: { kind: "decided" }, decisions: [decision], second, ...change });
}

test("the lanes, first to last", () => {
  const lanes = ["LIFE_AT_RISK", "VICTIM", "YOUNG_CHILD", "POLICE", "RAISED", "NORMAL", "WEAK_EQUALITY", "ABSENT"];
  expect(LANES).toEqual(lanes.map((lane) => `LANE_${lane}`));
});

describe("the lane of a case is the first one that holds", () => {
  const all = { lifeAtRisk: "said", victim: true, police: true, raised: true } as const;
  const young = { flags: { youngChild: said(true) } };
  test.each<[string, CaseFile]>([
    ["LANE_LIFE_AT_RISK", queued("QUEUE_REASON_ABSENT", { ...young, reports: reports(all) })],
    ["LANE_LIFE_AT_RISK", queued("QUEUE_REASON_ABSENT", { flags: { lifeAtRisk: said(true) } })],
    [
      "LANE_VICTIM",
      queued("QUEUE_REASON_ABSENT", {
        flags: { lifeAtRisk: said(false), youngChild: said(true) },
        reports: reports(all),
      }),
    ],
    ["LANE_YOUNG_CHILD", queued("QUEUE_REASON_ABSENT", { ...young, reports: reports({ police: true, raised: true }) })],
    ["LANE_POLICE", queued("QUEUE_REASON_ABSENT", { reports: reports({ police: true, raised: true }) })],
    [
      "LANE_RAISED",
      queued("QUEUE_REASON_WEAK_EQUALITY", { flags: { youngChild: said(false) }, reports: reports({ raised: true }) }),
    ],
    [
      "LANE_RAISED",
      queued("QUEUE_REASON_NO_HIT", {
        icse: { content: "c", sinceTime: noon, answer: { assessment: "ASSESSMENT_BASELINE", time: noon } },
      }),
    ],
    ["LANE_RAISED", queued("QUEUE_REASON_CONFLICT")],
    ["LANE_NORMAL", queued()],
    ["LANE_WEAK_EQUALITY", queued("QUEUE_REASON_WEAK_EQUALITY")],
    ["LANE_ABSENT", queued("QUEUE_REASON_ABSENT")],
    ["LANE_NORMAL", queued("QUEUE_REASON_REOPENED", { match: match([md5()]) })],
  ])("%s", (lane, found) => {
    expect(laneOf(found)).toBe(lane);
    expect(published(found).lane).toBe(lane);
  });

  test("once it is decided it keeps the lane of its evidence, and waits in none", () => {
    const decided = queued("QUEUE_REASON_NO_HIT", { match: match([md5()]), progress: { kind: "decided" } });
    expect([laneOf(decided), queueOrder(decided)]).toEqual(["LANE_WEAK_EQUALITY", undefined]);
  });

  test("waiting for another person it is the lane that the evidence gives: the same as when that was told", () => {
    const waits = queued("QUEUE_REASON_SECOND_LOOK", { match: match([md5()]) });
    expect(laneOf(waits)).toBe(laneOf({ ...waits, progress: { kind: "decided" } }));
  });
});

describe("another person's look", () => {
  test("waits behind nothing that is likely nothing, and before what its evidence says", () => {
    expect(waitingLane(lookedAt({ match: match([md5()]) }))).toBe("LANE_NORMAL");
    expect(waitingLane(lookedAt({ reports: reports({ victim: true }) }))).toBe("LANE_VICTIM");
    expect(waitingLane(queued("QUEUE_REASON_WEAK_EQUALITY"))).toBe("LANE_WEAK_EQUALITY");
  });

  test("is first of its lane once it is overdue", () => {
    const orders = [lookedAt({}, true), queued("QUEUE_REASON_NO_HIT", {}, later(-99)), lookedAt()].map(
      (one) => queueOrder(one) ?? "",
    );
    expect(orders).toEqual(orders.toSorted());
  });
});

describe("in the queue", () => {
  const fact = fc.record({
    since: fc.integer({ min: 0, max: 5 }),
    reason: fc.constantFrom<QueueReason>("QUEUE_REASON_NO_HIT", "QUEUE_REASON_WEAK_EQUALITY", "QUEUE_REASON_ABSENT"),
    police: fc.boolean(),
    victim: fc.boolean(),
    risk: fc.boolean(),
  });

  test("the earlier lane comes first, then what waits longer; a lane is one span of that order", () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 6 }), (facts) => {
        const files = facts.map(({ since, reason, police, victim, risk }) => {
          const lane = {
            police,
            raised: police,
            ...(victim && { victim }),
            ...(risk && { lifeAtRisk: "said" as const }),
          };
          return queued(reason, { reports: reports(lane) }, later(since));
        });
        const rank = (one: CaseFile) =>
          LANES.indexOf(laneOf(one)) * 1e6 +
          (one.progress.kind === "queued" ? one.progress.queuedTime.getTime() % 1e5 : 0);
        const byOrder = files.toSorted((a, b) => ((queueOrder(a) ?? "") < (queueOrder(b) ?? "") ? -1 : 1));
        expect(byOrder.map(rank)).toEqual(files.map(rank).toSorted((a, b) => a - b));
        for (const one of files) {
          const order = queueOrder(one) ?? "";
          const holding = LANES.filter((lane) => order >= inLane(lane).gte && order < inLane(lane).lt);
          expect(holding).toEqual([laneOf(one)]);
        }
      }),
      { numRuns: runs(100) },
    );
  });

  test("it is found by where it is hosted and by who has it in hand, while it waits", () => {
    const here = queued("QUEUE_REASON_NO_HIT", { target: target({ hostingCountry: "NL" }) });
    expect([waitsIn(here), claimedLane(here)]).toEqual(["NL", undefined]);
    const claim = { holder: "assessor/ann", claimExpireTime: later(9) };
    const progress = { kind: "claimed", reason: "QUEUE_REASON_NO_HIT", queuedTime: noon, ...claim } as const;
    expect(claimedLane({ ...here, progress })).toBe("LANE_NORMAL");
    expect(waitsIn({ ...here, progress: { kind: "decided" } })).toBeUndefined();
    const back = { ...progress, kind: "held", holder: "assessor/ann", dueTime: later(9) } as const;
    expect([claimedLane({ ...here, progress: back }), holderName({ ...here, progress: back })]).toEqual([
      "LANE_NORMAL",
      "ann",
    ]);
  });

  test("the duty to assess runs from the first report until somebody has, and from the newer report's wait", () => {
    const first = queued("QUEUE_REASON_NO_HIT", { reports: reports({ firstTime: later(-60) }) }, later(5));
    expect(unassessedSince(first)).toEqual(later(-60));
    expect(unassessedSince({ ...first, progress: { kind: "decided" } })).toBeUndefined();
    expect(unassessedSince({ ...first, decisions: [decision] })).toBeUndefined();
    expect(unassessedSince(queued("QUEUE_REASON_REPORTED_AGAIN", {}, later(7)))).toEqual(later(7));
  });
});

import { WITHDRAWS_NOTHING } from "@ntd/facts";
import { Case, Decision } from "@ntd/proto/casework/v1/case";
import { CaseView } from "@ntd/proto/casework/v1/case_service";
import { Hit } from "@ntd/proto/matching/v1/match";
import { GoneStrength, type Look } from "@ntd/proto/prober/v1/target";
import { describe, expect, test } from "vitest";
import { caseListing } from "./case-listing.ts";

const at = new Date("2026-01-02T03:04:05.000Z");
const blank = Case.decode(new Uint8Array());
const look = (eye: string, observation: Look["observation"], reason: Look["reason"]): Look => {
  return { eye, observation, reason, time: at, evidenceId: "" };
};
const emptyView = CaseView.decode(new Uint8Array());
const shown = (change: Partial<Case>, view: Partial<CaseView> = {}) =>
  caseListing({ ...emptyView, ...view, case: { ...blank, ...change } });

describe("given a target that is gone", () => {
  const gone = {
    targetState: "TARGET_STATE_GONE",
    targetReason: "PROBE_REASON_HTTP_NOT_FOUND",
    goneStrength: "GONE_STRENGTH_ABSENT",
    goneTime: at,
    looks: [
      look("browser", "OBSERVATION_ABSENT", "PROBE_REASON_HTTP_NOT_FOUND"),
      look("assessor/ann", "OBSERVATION_SEEN", "PROBE_REASON_UNSPECIFIED"),
    ],
  } as const;

  test("when it is shown, it says since when, in what sense, and what each eye saw", () => {
    const text = shown({ ...gone, looks: [...gone.looks] });
    expect(text).toMatch(/address is +gone, http-not-found\ngone since +2026-01-02T03:04:05.000Z\n/);
    expect(text).toMatch(/gone means +every eye that counts finds nothing\n/);
    expect(text).toMatch(/\n\neye +sees +because +at\nbrowser +absent +http-not-found +2026-01-02T03:04:05.000Z\n/);
    expect(text).toMatch(/\nassessor\/ann +seen +2026-01-02T03:04:05.000Z$/);
  });

  test("when its strength is any, it is said in words of its own, and silence is not called an observation", () => {
    const means = Object.values(GoneStrength).map(
      (goneStrength) => /gone means +(.*)/.exec(shown({ goneStrength }))?.[1],
    );
    expect(new Set(means).size).toBe(means.length);
    expect(shown({ goneStrength: "GONE_STRENGTH_SILENCE_0_2" })).toMatch(/gone means +not observed: /);
  });
});

test("given holds in force, each says why and until when; those that ended say nothing", () => {
  const hold = { holdId: "", sinceTime: at, expireTime: at, waitsForSupervisor: false, releasedTime: undefined };
  const of = { ...hold, expired: false, looksGoOn: false, cause: "HOLD_CAUSE_OFFICER" } as const;
  const waiting = { ...of, cause: "HOLD_CAUSE_MARK", waitsForSupervisor: true } as const;
  const text = shown({
    holds: { holds: [of, waiting, { ...of, cause: "HOLD_CAUSE_POLICE_FIRST", releasedTime: at }] } as never,
  });
  expect(text).toMatch(/held +for police \(officer\), until 2026-01-02T03:04:05.000Z: no notice leaves\n/);
  expect(text).toMatch(/\n +for police \(mark\), waits for a supervisor: no notice leaves/);
  expect(text).not.toContain("police-first");
  expect(shown({})).not.toContain("held");
});

describe("given a target that is still there", () => {
  test("when some eyes are shown something else, they are named with what they see", () => {
    const cloaked = [
      look("declared", "OBSERVATION_ABSENT", "PROBE_REASON_HTTP_NOT_FOUND"),
      look("abroad", "OBSERVATION_BLIND", "PROBE_REASON_CHALLENGE"),
    ];
    const text = shown({ targetState: "TARGET_STATE_PRESENT", cloaked });
    expect(text).toMatch(/cloaked from +declared \(absent, http-not-found\), abroad \(blind, challenge\)/);
    expect(text).not.toContain("gone");
  });

  test("when it is gone for this country alone, it says so", () => {
    expect(shown({ restrictedHere: true })).toMatch(/restricted here +gone for the eyes of this country alone/);
  });
});

test("given a case that was reopened, it says by whom, when and why", () => {
  const reopening = { reopenedBy: "assessor/ben", reopenedTime: at, decisionId: "d", reason: "wrong picture" };
  const text = shown({ queueReason: "QUEUE_REASON_REOPENED" }, { reopening });
  expect(text).toMatch(/waits because +reopened\n/);
  expect(text).toMatch(
    /reopened by +assessor\/ben\nreopened +2026-01-02T03:04:05.000Z\nreopened because +wrong picture$/,
  );
});

test("given an illegal in doubt, it says which, since when, why and by whose words; once withdrawn, by whom", () => {
  const doubt = { decisionId: "d1", cause: "DOUBT_CAUSE_STAY", sinceTime: at, raisedBy: ["a/x", "a/y"], lasting: true };
  const text = shown({ doubt } as Partial<Case>);
  expect(text).toMatch(/in doubt +decision d1, since 2026-01-02T03:04:05.000Z: stay\nwhose word +a\/x, a\/y\n/);
  expect(text).toMatch(/until then +what was sent waits until the stay is lifted$/);
  const confirmation = { confirmedBy: "assessor/ben", confirmedTime: at, decisionId: "d1", reason: "a cartoon" };
  const decision = { ...Decision.decode(new Uint8Array()), withdrawsDecisionId: "d1", confirmedBy: "assessor/ben" };
  const withdrawn = shown({ decision }, { confirmation });
  expect(withdrawn).toMatch(/withdraws +d1\nconfirmed by +assessor\/ben\nwithdrawn by +assessor\/ben\n/);
  expect(withdrawn).toMatch(/withdrawn because +a cartoon$/);
});

test("given a decision that is held back, it says until when, and how to take it back", () => {
  const heldDecision = {
    ...Decision.decode(new Uint8Array()),
    verdict: "VERDICT_ILLEGAL",
    decidedBy: "assessor/ann",
  } as const;
  const text = shown({ caseId: "case-1" }, { heldDecision, heldUntilTime: at });
  expect(text).toMatch(/held back +illegal, by assessor\/ann\n/);
  expect(text).toMatch(/told to others +2026-01-02T03:04:05.000Z; until then: ntd case undo case-1$/);
});

test("given a decision despite gone, it is told from others", () => {
  const decision = {
    decisionId: "d",
    verdict: "VERDICT_ILLEGAL",
    decidedBy: "assessor/ann",
    decidedTime: at,
    classifications: [],
    basis: "act",
    reason: undefined,
  } as const;
  const text = (despiteGone: boolean) =>
    shown({ decision: { ...decision, classifications: [], despiteGone, ...WITHDRAWS_NOTHING } });
  expect(text(true)).toMatch(/though gone +decided by a person who knew/);
  expect(text(false)).not.toContain("though gone");
});

test("given a page, what it shows is counted, and what is listed named by its target", () => {
  const found = { algorithm: "ALGORITHM_PDQ", distance: 4, threshold: 31, rendition: "frame 7" } as const;
  const hit = { ...Hit.decode(new Uint8Array()), ...found };
  const counts = { known: 1, near: 0, unknown: 3, notJudged: 2 };
  const text = shown({ pageItems: { items: [{ itemTargetId: "target-9", hits: [hit] }], counts } });
  expect(text).toMatch(/shows +1 known, 3 unknown, 2 not judged\n/);
  const none = { known: 0, near: 0, unknown: 0, notJudged: 0 };
  expect(shown({ pageItems: { items: [], counts: none } })).toMatch(/shows +nothing that was looked up/);
  expect(text).toMatch(/target-9 +pdq +4 of 31 +frame 7/);
  expect(shown({ foundOnTargetId: "target-1" })).toMatch(/found on +the page of target target-1/);
});

describe("given a page that shows something listed", () => {
  const pageItems = { items: [{ itemTargetId: "target-9", hits: [Hit.decode(new Uint8Array())] }], counts: undefined };
  const page = { ...blank, pageItems, targetState: "TARGET_STATE_NOT_MEDIA" } as const;
  const listed = (cases?: [string, Partial<Case>][]) => {
    const views = cases?.map(([id, change]) => [id, { ...emptyView, case: { ...blank, ...change } }] as const);
    return caseListing({ ...emptyView, case: page }, views && new Map(views));
  };

  test("it is called a page, and each embedded target is told with its own case and where that stands", () => {
    const decision = { ...Decision.decode(new Uint8Array()), verdict: "VERDICT_ILLEGAL" } as const;
    const text = listed([["target-9", { caseId: "case-9", state: "CASE_STATE_AUTO_DECIDED", decision }]]);
    expect(text).toMatch(/address is +a page \(not-media\)\n/);
    expect(text).toMatch(/target-9 .* case-9 +auto-decided, illegal *$/);
    expect(listed([])).toMatch(/target-9 .* no case yet *$/);
    expect(listed()).not.toContain("its case");
  });

  test("a decision says whether the page or what it embeds is to go, held back or told", () => {
    const illegal = { ...Decision.decode(new Uint8Array()), verdict: "VERDICT_ILLEGAL" } as const;
    const embedding = { ...illegal, embedded: { items: [{ targetId: "target-9", address: undefined }] } };
    const held = (heldDecision: Decision) => shown(page, { heldDecision });
    expect(held(illegal)).toMatch(/would ask to remove +the page itself, not what it embeds\n/);
    expect(held(embedding)).toMatch(/would ask to remove +from the page, which stays: target-9\n/);
    expect(shown({ ...page, decision: illegal })).toMatch(/asks to remove +the page itself/);
    expect(shown({ ...page, decision: embedding })).toMatch(/asks to remove +from the page, which stays: target-9\n/);
    const left = { goneStrength: "GONE_STRENGTH_REPLACED", decision: embedding } as const;
    expect(shown({ ...page, ...left })).toMatch(/gone means +the page no longer shows what it embedded\n/);
    expect(held({ ...illegal, verdict: "VERDICT_NOT_ILLEGAL" })).not.toContain("to remove");
    expect(shown({ decision: illegal })).not.toContain("to remove");
  });
});

test("given nothing, it says so, and what nobody observed is left out", () => {
  expect(caseListing(undefined)).toBe("nothing");
  expect(shown({})).not.toMatch(/gone|cloaked|restricted|eye/);
});

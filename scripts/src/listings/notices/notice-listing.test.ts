import { plainAnswer, undoubtedNotice, unobservedNotice } from "@ntd/testing";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import { expect, test } from "vitest";
import { answerOf, noticeListing, stateOf } from "./notice-listing.ts";

const time = new Date("2026-01-02T03:04:05.000Z");
const answer = {
  outcome: "OUTCOME_DISPUTED" as const,
  cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED" as const,
  receivedTime: time,
  measureTime: undefined,
  revision: 1,
  reference: "",
  ...plainAnswer,
};
const target: Notice["targets"][number] = {
  targetId: "target-1",
  episode: 1,
  address: undefined,
  answers: [answer],
  lastSeenTime: undefined,
  goneTime: time,
  goneBeforeOffer: false,
  ...unobservedNotice,
};
const notice: Notice = {
  noticeId: "notice-1",
  dispatchId: "dispatch-1",
  caseId: "case-1",
  decisionId: "decision-1",
  providerId: "alpha",
  environment: "ENVIRONMENT_TEST",
  kind: "NOTICE_KIND_NOTICE",
  action: "ACTION_SUSPEND",
  revision: 2,
  state: "NOTICE_STATE_SUSPENDED",
  targets: [target],
  issuedTime: time,
  offeredTime: time,
  acknowledgedTime: time,
  answeredTime: undefined,
  verifiedGoneTime: undefined,
  closedTime: undefined,
  complyWithin: undefined,
  rejections: [],
  undeliverableReason: "",
  undeliverableTime: undefined,
  lookAskedTime: undefined,
  ...undoubtedNotice,
};
const suspension: Notice["suspensions"][number] = {
  suspendedTime: time,
  cause: "DOUBT_CAUSE_REOPENED",
  lapseTime: time,
  revision: 2,
  acknowledgedTime: undefined,
  endedTime: undefined,
  ending: "SUSPENSION_END_UNSPECIFIED",
  clientTooOld: false,
};
const suspended = (change: Partial<typeof suspension> = {}) => ({
  ...notice,
  suspensions: [{ ...suspension, ...change }],
});

test("whom nobody could tell to wait is said, and why", () => {
  expect(stateOf(suspended())).toEqual(["suspended"]);
  expect(stateOf(suspended({ revision: 0 }))).toEqual(["suspended", "not told yet"]);
  const old = ["suspended", "cannot be suspended: old client"];
  expect(stateOf(suspended({ revision: 0, clientTooOld: true }))).toEqual(old);
});

test("a suspension is shown with its cause, when it lapses and how it ended", () => {
  expect(noticeListing(suspended())).toMatch(/\n2026\S+ +reopened +2 +2026\S+$/);
  const ended = { lapseTime: undefined, endedTime: time, ending: "SUSPENSION_END_REINSTATED" as const };
  expect(noticeListing(suspended(ended))).toMatch(/\n2026\S+ +reopened +2 +lasts +2026\S+ +reinstated$/);
  expect(noticeListing(notice)).not.toContain("lapses");
});

test("a withdrawal is shown with its decision, and what came back", () => {
  const withdrawn = {
    ...notice,
    state: "NOTICE_STATE_RESTORED" as const,
    withdrawnTime: time,
    withdrawnByDecisionId: "decision-2",
    restoredTime: time,
    targets: [{ ...target, restoredTime: time }],
  };
  const shown = noticeListing(withdrawn);
  expect(shown).toMatch(/\nwithdrawn +2026\S+\nwithdrawn by decision +decision-2\nrestored +2026/);
  expect(shown).toMatch(/\ntarget-1 +disputed +2026\S+ +2026\S+$/);
  const withheld = { ...withdrawn, state: "NOTICE_STATE_WITHDRAWN" as const, restoreWithheld: true };
  expect(stateOf(withheld)).toEqual(["withdrawn", "not to be restored: another decision asks for removal"]);
});

test("an answer is shown with the reason that goes with it", () => {
  const said = (change: Partial<typeof answer>) => answerOf({ ...target, answers: [{ ...answer, ...change }] });
  expect(said({ disputeGrounds: "DISPUTE_GROUNDS_LAWFUL" })).toBe("disputed: lawful");
  const cannot = { outcome: "OUTCOME_CANNOT_RESTORE", cannotRestoreReason: "CANNOT_RESTORE_REASON_OWN_TERMS" } as const;
  expect(answerOf({ ...target, answers: [{ ...answer, ...cannot }] })).toBe("cannot-restore: own-terms");
  expect(answerOf({ ...target, answers: [] })).toBe("");
});

test("a notice that police hold says that it waits for police, and no more: its sighting is asked for when that is over", () => {
  const issued = { ...notice, state: "NOTICE_STATE_ISSUED", suspensions: [], lookAskedTime: time } as const;
  expect(stateOf({ ...issued, suspensions: [], waitsForPolice: true })).toEqual(["issued", "waits for police"]);
  expect(stateOf({ ...issued, suspensions: [] })).toEqual(["issued", "waits for a sighting"]);
});

test("how long it asks to preserve is shown, and what its provider says of that", () => {
  expect(noticeListing({ ...notice, preserveFor: { seconds: 31_536_000n, nanos: 0 } })).toMatch(
    /\nto preserve +365 days\n/,
  );
  expect(noticeListing(notice)).not.toContain("to preserve");
  const kept = {
    ...answer,
    outcome: "OUTCOME_REMOVED" as const,
    disputeGrounds: "DISPUTE_GROUNDS_UNSPECIFIED" as const,
  };
  const answers = [{ ...kept, preservation: "PRESERVATION_CANNOT_PRESERVE" as const }];
  expect(answerOf({ ...target, answers })).toBe("removed: cannot-preserve");
});

test("what a hotline of another country did is shown in its own words beside ours", () => {
  const said = { ...answer, disputeGrounds: "DISPUTE_GROUNDS_UNSPECIFIED" as const, measureTime: time };
  const told = { ...said, outcome: "OUTCOME_UNSPECIFIED", hotlineAction: "HOTLINE_ACTION_REPORTED_TO_POLICE" } as const;
  const reason = { hotlineReason: "HOTLINE_REASON_VIRTUAL_MATERIAL" } as const;
  const refused = { ...said, hotlineAction: "HOTLINE_ACTION_NOT_ILLEGAL", ...reason } as const;
  expect(answerOf({ ...target, answers: [told] })).toBe("reported-to-police");
  expect(answerOf({ ...target, answers: [told, refused] })).toBe("disputed: not-illegal (virtual-material)");
  const abroad = {
    ...notice,
    route: "ROUTE_HOTLINE",
    country: "NL",
    targets: [{ ...target, answers: [told, refused] }],
  } as const;
  const shown = noticeListing({
    ...abroad,
    targets: [...abroad.targets].map((t) => ({ ...t, answers: [...t.answers] })),
  });
  expect(shown).toMatch(/\nhotline of +NL\n/);
  expect(shown).toMatch(/\nreported-to-police +2026\S+ +2026\S+ +1\nnot-illegal \(virtual-material\) +2026/);
});

test("a notice about what a page embeds says that a page is there, and once it is gone in what sense", () => {
  const there = { ...target, targetState: "TARGET_STATE_NOT_MEDIA" } as const;
  const gone = { ...target, targetState: "TARGET_STATE_GONE", goneStrength: "GONE_STRENGTH_REPLACED" } as const;
  const of = (one: typeof target, action: Notice["action"]) => noticeListing({ ...notice, action, targets: [one] });
  expect(of(there, "ACTION_REMOVE_EMBEDDED")).toMatch(/address is +a page \(not-media\)/);
  expect(of(there, "ACTION_REMOVE")).toMatch(/address is +not-media/);
  expect(of(gone, "ACTION_REMOVE_EMBEDDED")).toMatch(/gone means +the page no longer shows what it embedded/);
  expect(of(gone, "ACTION_REMOVE")).toMatch(/gone means +something else is there instead/);
});

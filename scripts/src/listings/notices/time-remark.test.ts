import type { NoticeTime } from "@ntd/proto/compliance/v1/compliance_service";
import { describe, expect, test } from "vitest";
import { remark } from "./time-remark.ts";

const at = (seconds: number) => new Date(seconds * 1000);
const look = {
  eye: "declared",
  observation: "OBSERVATION_ABSENT",
  reason: "PROBE_REASON_HTTP_NOT_FOUND",
  time: at(1),
  evidenceId: "evidence-1",
} as const;
const time = (change: Partial<NoticeTime>): NoticeTime => ({
  noticeId: "notice-1",
  targetId: "target-1",
  providerId: "alpha",
  environment: "ENVIRONMENT_TEST",
  reportedTime: undefined,
  decidedTime: undefined,
  issuedTime: at(0),
  offeredTime: at(1),
  acknowledgedTime: undefined,
  claimedOutcome: "OUTCOME_UNSPECIFIED",
  claimedTime: undefined,
  lastSeenTime: undefined,
  goneTime: undefined,
  goneBeforeOffer: false,
  claimedStillPresent: false,
  targetState: "TARGET_STATE_UNSPECIFIED",
  targetReason: "PROBE_REASON_UNSPECIFIED",
  goneStrength: "GONE_STRENGTH_UNSPECIFIED",
  singleVantage: false,
  looks: [],
  cloaked: [],
  restrictedHere: false,
  lastLookTime: undefined,
  suspended: false,
  paused: { seconds: 0n, nanos: 0 },
  withdrawnTime: undefined,
  restoreWithheld: false,
  restoredTime: undefined,
  ...change,
});

describe("given a decision that is in doubt, or was taken back", () => {
  test("its provider is told to wait, beside what eyes say", () => {
    expect(remark(time({ suspended: true, claimedStillPresent: true }))).toEqual([
      "suspended",
      "claimed, still present",
    ]);
  });

  test("withdrawn says what became of it", () => {
    expect(remark(time({ withdrawnTime: at(9) }))).toEqual(["withdrawn"]);
    expect(remark(time({ withdrawnTime: at(9), restoredTime: at(20) }))).toEqual(["withdrawn", "restored"]);
    expect(remark(time({ withdrawnTime: at(9), restoreWithheld: true }))).toEqual([
      "withdrawn",
      "nobody is asked to restore",
    ]);
  });
});

describe("given a target that is gone", () => {
  const gone = { goneTime: at(9), goneStrength: "GONE_STRENGTH_ABSENT" } as const;

  test.each<[string, Partial<NoticeTime>, string[]]>([
    ["as a removal is", gone, []],
    ["before the offer", { ...gone, goneBeforeOffer: true }, ["gone before offer"]],
    ["when it was sent", { ...gone, offeredTime: at(9) }, ["gone when sent"]],
    ["and replaced", { ...gone, goneStrength: "GONE_STRENGTH_REPLACED" }, ["something else is there"]],
    ["for persons", { ...gone, goneStrength: "GONE_STRENGTH_PERSON" }, ["by two persons' word"]],
    ["for one network", { ...gone, singleVantage: true }, ["seen from one network"]],
  ])("%s, it says so", (_, change, said) => {
    expect(remark(time(change))).toEqual(said);
  });

  test("by the silence of release 0.2, it cannot be observed", () => {
    const [said] = remark(time({ ...gone, goneStrength: "GONE_STRENGTH_SILENCE_0_2" }));
    expect(said).toMatch(/^cannot be observed/);
  });
});

describe("given a target that is not gone", () => {
  test.each<[Partial<NoticeTime>, string[]]>([
    [{}, []],
    [{ claimedStillPresent: true }, ["claimed, still present"]],
    [{ targetState: "TARGET_STATE_UNSEEN", targetReason: "PROBE_REASON_CHALLENGE" }, ["cannot be observed: challenge"]],
    [{ cloaked: [look] }, ["cloaked, still present"]],
    [{ restrictedHere: true, claimedStillPresent: true }, ["claimed, still present", "restricted here, still present"]],
  ])("%j is told as such", (change, said) => {
    expect(remark(time(change))).toEqual(said);
  });
});

describe("given a notice that police hold, or that is for another country", () => {
  const minute = { seconds: 60n, nanos: 0 };
  test.each<[string, Partial<NoticeTime>, string[]]>([
    ["it is kept back", { held: true, keptBack: minute }, ["kept back for police, 1 min"]],
    ["it was", { held: false, keptBack: minute }, ["was kept back for police for 1 min"]],
    [
      "the hold came late",
      { keptBack: { seconds: 0n, nanos: 0 }, heldAfterSending: true },
      ["already sent when police asked to hold"],
    ],
    ["it is abroad", { country: "NL" }, ["abroad (NL), by a STUB of the link"]],
    [
      "its hotline said what it did",
      { country: "", hotlineAction: "HOTLINE_ACTION_NOT_ILLEGAL" },
      ["abroad (country not known), by a STUB of the link: not illegal"],
    ],
    [
      "its provider preserves",
      { asksToPreserve: true, preservation: "PRESERVATION_CANNOT_PRESERVE" },
      ["cannot preserve"],
    ],
    ["its provider does not say whether it does", { asksToPreserve: true }, ["not said whether it is preserved"]],
  ])("when %s, that is said", (_, change, said) => {
    expect(remark(time(change))).toEqual(said);
  });
});

import { expect, test } from "vitest";
import type { ReferralFile, ReferralView } from "@ntd/proto/casework/v1/referral_service";
import type { DescribedReport } from "@ntd/proto/intake/v1/reporter_service";
import { later, noon } from "../../test/facts.ts";
import { exported } from "./export.ts";

const referral: ReferralView = {
  caseId: "case-1",
  referral: {
    causes: ["REFERRAL_CAUSE_VICTIM", "REFERRAL_CAUSE_UNKNOWN_MATERIAL"],
    referredTime: noon,
    acknowledgedTime: undefined,
    outcome: "REFERRAL_OUTCOME_UNSPECIFIED",
    feedbackTime: undefined,
    withdrawnTime: undefined,
  },
  acknowledgedBy: "",
  policeReference: "",
  feedback: [{ outcome: "REFERRAL_OUTCOME_PASSED_ON", text: "“gone”\n", saidBy: "police/paul", saidTime: noon }],
  caseState: "CASE_STATE_DECIDED",
  lifeAtRisk: false,
  reporterIsVictim: true,
  referredBy: "",
  reason: "",
  isGone: true,
  hostingCountry: "XP",
  offeredTime: noon,
};

const file: ReferralFile = {
  referral,
  url: "http://host.test/a.png",
  resolvedIp: "192.0.2.7",
  fingerprints: [{ algorithm: "ALGORITHM_MD5", value: new Uint8Array([1, 255]), quality: 0 }],
  classifications: [{ scheme: "interpol", version: "1", code: "BASELINE" }],
  firstReportTime: noon,
  decidedTime: noon,
  goneTime: later(5),
  reportIds: [],
  icse: { assessment: "ASSESSMENT_UNKNOWN", askedTime: noon, answeredTime: noon },
};
const text = (of = file) => Buffer.from(exported(of, { environment: "TEST", time: later(60) })).toString();

test("an export is canonical JSON, word for word", () => {
  expect(text()).toBe(
    '{"acknowledged_time":null,"case_id":"case-1","causes":["victim","unknown_material"],' +
      '"classifications":[{"code":"BASELINE","scheme":"interpol","version":"1"}],' +
      '"decided_time":"2026-03-01T12:00:00.000Z","environment":"TEST","exported_time":"2026-03-01T12:01:00.000Z",' +
      '"feedback":[{"outcome":"passed_on","said_by":"police/paul","said_time":"2026-03-01T12:00:00.000Z","text":"“gone”\\n"}],' +
      '"fingerprints":[{"algorithm":"md5","hex":"01ff","quality":0}],"first_report_time":"2026-03-01T12:00:00.000Z",' +
      '"gone_time":"2026-03-01T12:00:05.000Z","hosting_country":"XP",' +
      '"icse":{"answered_time":"2026-03-01T12:00:00.000Z","assessment":"unknown","stub":true},"is_gone":true,' +
      '"life_at_risk":false,"police_reference":null,"reason":null,"referred_by":null,' +
      '"referred_time":"2026-03-01T12:00:00.000Z","report_ids":[],"reporter_is":"victim","reports":[],"resolved_ip":"192.0.2.7",' +
      '"url":"http://host.test/a.png","version":1,"withdrawn_time":null}',
  );
});

test("who reports is a victim or nobody, and what no link answered is nothing", () => {
  const other = {
    ...file,
    icse: { assessment: "ASSESSMENT_UNSPECIFIED", askedTime: noon, answeredTime: undefined } as const,
  };
  const said = JSON.parse(text({ ...other, referral: { ...referral, reporterIsVictim: false } })) as unknown;
  expect(said).toMatchObject({ reporter_is: null, icse: null });
});

test("what reports said is there by consent; what could not be opened is nothing, and none is an empty list", () => {
  const report: DescribedReport = {
    reportId: "r1",
    channel: "CHANNEL_PUBLIC",
    receivedTime: noon,
    language: "ms",
    description: "help",
    threat: undefined,
    isTrusted: false,
    happeningToMe: true,
    selfMade: false,
    lifeAtRisk: true,
    consentsToPolice: true,
    mediaType: "MEDIA_TYPE_UNSPECIFIED",
    observedTime: undefined,
    fingerprints: [],
  };
  const said = (words: ReferralFile["words"]) => JSON.parse(text({ ...file, words })) as { reports: unknown };
  const flags = { happening_to_me: true, self_made: false, life_at_risk: true };
  expect(said({ reports: [report], unanswered: false }).reports).toEqual([
    { report_id: "r1", received_time: noon.toISOString(), language: "ms", description: "help", ...flags },
  ]);
  expect(said({ reports: [], unanswered: true }).reports).toBeNull();
  expect(said(undefined).reports).toEqual([]);
});

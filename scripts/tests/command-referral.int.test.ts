import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newSigningKey, signerFromFile } from "@ntd/service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const referral = {
  caseId: "case-1",
  referral: {
    causes: ["REFERRAL_CAUSE_VICTIM", "REFERRAL_CAUSE_UNKNOWN_MATERIAL"],
    referredTime: new Date(0),
    acknowledgedTime: undefined,
    outcome: "REFERRAL_OUTCOME_UNSPECIFIED",
    feedbackTime: undefined,
    withdrawnTime: undefined,
  },
  acknowledgedBy: "",
  policeReference: "",
  feedback: [],
  caseState: "CASE_STATE_DECIDED",
  lifeAtRisk: true,
  reporterIsVictim: true,
  referredBy: "",
  reason: "",
  isGone: true,
  hostingCountry: "XP",
  offeredTime: new Date(0),
};

test("referral list says why police are told, and that nothing waits", async () => {
  bed.answers.set("listReferrals", { referrals: [referral], nextPageToken: "" });
  const { out } = await bed.ntd("referral", "list", "--all");
  expect(out).toMatch(
    /\ncase-1 +victim, unknown-material +1970-01-01T00:00:00.000Z +a child is in danger, a victim reports it, gone/,
  );
  expect(bed.arrived.at(-1)?.request).toMatchObject({ withAcknowledged: true });
  bed.answers.set("listReferrals", { referrals: [], nextPageToken: "" });
  expect((await bed.ntd("referral", "list")).out).toBe("nothing waits for police\n");
});

test("referral show has the address, the hashes, and says that no database was asked", async () => {
  const file = {
    referral,
    url: "http://host.test/a.png",
    resolvedIp: "192.0.2.7",
    fingerprints: [
      { algorithm: "ALGORITHM_MD5", value: new Uint8Array([1, 255]), quality: 0 },
      { algorithm: "ALGORITHM_SHA1", value: new Uint8Array([2]), quality: 0 },
    ],
    classifications: [{ scheme: "interpol", version: "1", code: "BASELINE" }],
    firstReportTime: new Date(0),
    decidedTime: new Date(1000),
    goneTime: new Date(2000),
    reportIds: ["report-1"],
    icse: { assessment: "ASSESSMENT_UNKNOWN", askedTime: new Date(0), answeredTime: new Date(0) },
  };
  bed.answers.set("getReferral", { file });
  const { out } = await bed.ntd("referral", "show", "case-1");
  for (const line of [
    /address +http:\/\/host.test\/a.png/,
    /classification +interpol 1 BASELINE/,
    /fingerprints +md5 01ff\n +sha1 02\n/,
    /reports +report-1\n/,
    /icse +unknown \(STUB: no database was asked\)/,
  ]) {
    expect(out).toMatch(line);
  }
});

test("referral show has what those said who agree to it, line by line and harmless, or says that nobody does", async () => {
  const said = {
    reportId: "report-1",
    channel: "CHANNEL_PUBLIC",
    receivedTime: new Date(0),
    language: "ms",
    description: "Dia mengugut saya.\nTolong\u001b[2J",
    isTrusted: false,
    happeningToMe: true,
    selfMade: false,
    lifeAtRisk: false,
    consentsToPolice: true,
    mediaType: "MEDIA_TYPE_UNSPECIFIED",
    fingerprints: [],
  };
  const file = { referral, url: "", resolvedIp: "", fingerprints: [], classifications: [], reportIds: ["report-1"] };
  bed.answers.set("getReferral", { file: { ...file, words: { reports: [said], unanswered: false } } });
  expect((await bed.ntd("referral", "show", "case-1")).out).toMatch(
    /what reporters said\n {2}report-1: public; .*happens to who reports it.*\n {4}"Dia mengugut saya.\n {4}Tolong\?\[2J"\n$/,
  );
  bed.answers.set("getReferral", { file: { ...file, words: { reports: [], unanswered: true } } });
  expect((await bed.ntd("referral", "show", "case-1")).out).toMatch(/not answered by intake: .* ask again\n$/);
  bed.answers.set("getReferral", { file: { ...file, reportIds: [] } });
  expect((await bed.ntd("referral", "show", "case-1")).out).toMatch(
    /reports +of nobody who agrees that police read it/,
  );
});

test("referral acknowledge, feedback and refer send what was typed", async () => {
  const acknowledged = { ...referral, acknowledgedBy: "police/paul", policeReference: "K-7" };
  bed.answers.set("acknowledgeReferral", { referral: acknowledged });
  expect((await bed.ntd("referral", "acknowledge", "case-1", "--reference", "K-7")).out).toMatch(
    /acknowledged +police\/paul\nreference +K-7/,
  );
  expect(bed.arrived.at(-1)?.request).toMatchObject({ caseId: "case-1", policeReference: "K-7" });
  const said = { outcome: "REFERRAL_OUTCOME_CHILD_SAFE", text: "", saidBy: "police/paul", saidTime: new Date(0) };
  bed.answers.set("feedbackReferral", { referral: { ...acknowledged, feedback: [said] } });
  const { out } = await bed.ntd("referral", "feedback", "case-1", "--outcome", "child-safe", "--text", "well");
  expect(out).toMatch(/police say +1970-01-01T00:00:00.000Z police\/paul child-safe\n$/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ outcome: "REFERRAL_OUTCOME_CHILD_SAFE", text: "well" });
  bed.answers.set("referCase", { referral });
  await bed.ntd("referral", "refer", "case-1", "--reason", "a school badge");
  expect(bed.arrived.at(-1)?.request).toMatchObject({ caseId: "case-1", reason: "a school badge" });
  expect((await bed.ntd("referral", "feedback", "case-1")).code).toBe(2);
});

test("referral export prints the JWS; opened, it is verified with the listed keys", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-referral-"));
  try {
    await writeFile(join(dir, "key"), JSON.stringify(await newSigningKey("1")));
    const signer = signerFromFile(join(dir, "key"));
    const jws = await signer.signWhole(Buffer.from('{"case_id":"case-1"}'), "ntd-referral+jws");
    bed.answers.set("exportReferral", { jws });
    expect((await bed.ntd("referral", "export", "case-1")).out).toBe(`${jws}\n`);
    bed.answers.set("listExportKeys", { jwksJson: JSON.stringify({ keys: [signer.publicJwk] }) });
    expect((await bed.ntd("referral", "export", "case-1", "--open")).out).toBe('{"case_id":"case-1"}\n');
    expect((await bed.ntd("referral", "keys")).out).toContain('"kid":"1"');
    bed.answers.set("listExportKeys", { jwksJson: JSON.stringify({ keys: [] }) });
    expect((await bed.ntd("referral", "export", "case-1", "--open")).code).toBe(1);
  } finally {
    await rm(dir, { recursive: true });
  }
});

import { unobservedCase } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => {
  bed.arrived.splice(0);
  delete bed.typed.lines;
});
afterAll(() => bed[Symbol.asyncDispose]());

const at = new Date(0);
const hit = {
  algorithm: "ALGORITHM_PDQ",
  distance: 40,
  threshold: 31,
  queryQuality: 80,
  entryQuality: 90,
  form: "original",
  setId: "known",
  setOwner: "hotline",
  setRole: "SET_ROLE_POSITIVE",
  releaseId: "rel-1",
  entryId: "entry-1",
  votes: 2,
  autoIssue: false,
  minVotes: 0,
  classification: undefined,
};
const found = {
  caseId: "case-1",
  targetId: "target-1",
  episode: 1,
  state: "CASE_STATE_QUEUED",
  priority: "PRIORITY_NORMAL",
  queueReason: "QUEUE_REASON_NO_HIT",
  address: undefined,
  resolvedIp: "",
  targetState: "TARGET_STATE_PRESENT",
  targetReason: "PROBE_REASON_UNSPECIFIED",
  hits: [],
  evidenceRevision: 4,
  decision: undefined,
  reportCount: 1,
  reportIds: [],
  openedTime: at,
  firstReportTime: at,
  firstReportRevision: 1,
  fingerprints: [],
  ...unobservedCase,
  lane: "LANE_VICTIM",
  hostingCountry: "NL",
};
const view = { case: found, url: "", claimedBy: "", claimExpireTime: undefined, precedentCaseId: "", seenFormat: "" };
const other = {
  caseId: "case-0",
  state: "CASE_STATE_DECIDED",
  verdict: "VERDICT_ILLEGAL",
  decidedTime: at,
  classifications: [{ scheme: "national", version: "1", code: "A1" }],
};
const report = {
  reportId: "report-1",
  channel: "CHANNEL_PUBLIC",
  receivedTime: at,
  language: "nl",
  description: "my own picture",
  threat: undefined,
  isTrusted: false,
  happeningToMe: true,
  selfMade: false,
  lifeAtRisk: false,
  consentsToPolice: false,
  mediaType: "MEDIA_TYPE_IMAGE",
  observedTime: undefined,
  fingerprints: [{ algorithm: "ALGORITHM_MD5", value: new Uint8Array(16), quality: 0 }],
};
const decision = {
  decisionId: "d1",
  verdict: "VERDICT_ILLEGAL",
  decidedBy: "assessor/ann",
  decidedTime: at,
  basis: "act 1",
};
const dossier = {
  case: { ...view, viewedInCaseId: "case-0" },
  reports: [report],
  unanswered: ["matching"],
  nearMisses: [hit],
  sameAddress: [],
  sameHost: [other],
  samePicture: [],
  decisions: [
    {
      decision: { ...decision, classifications: other.classifications, reason: undefined, despiteGone: false },
      reason: "seen",
    },
  ],
  notes: [{ text: "asks for a login", writtenBy: "assessor/ben", writtenTime: at }],
  police: ["investigation opened"],
  flags: [
    { lifeAtRisk: true, saidBy: "police/olga", saidTime: at, reason: "she is named" },
    { youngChild: false, saidBy: "assessor/ann", saidTime: at, reason: "of sixteen" },
  ],
  holds: [{ cause: "HOLD_CAUSE_OFFICER", sinceTime: at, expireTime: at, releasedTime: undefined }],
  neighbours: [
    {
      of: { scheme: "national", version: "1", code: "A1" },
      neighbour: { scheme: "iwf", version: "2014", code: "A" },
      relation: "CLASSIFICATION_RELATION_NARROWER",
      loses: ["age"],
      source: "a lawyer",
    },
  ],
};

test("case show prints all that is known of a case to an assessor", async () => {
  bed.answers.set("getDossier", dossier);
  const { out } = await bed.ntd("case", "show", "case-1");
  for (const part of [
    /lane +victim\n/,
    /hosted in +NL\n/,
    /seen by you +in case case-0; to see it again: ntd case claim case-1 --again\n/,
    /what reporters said\n {2}report-1: public; .*; image; nl; happens to who reports it; attached: md5\n {4}"my own picture"\n/,
    /nearly matches, which decides nothing\n(.|\n)*pdq +40 of 31/,
    /same host\n(.|\n)*case-0 +decided +illegal +1970-01-01T00:00:00.000Z +national A1\n/,
    /what other schemes say, never in place of a code\n.*\nnational:1:A1 +iwf:2014:A +narrower +age +a lawyer *\n/,
    /decisions, newest first\n(.|\n)*illegal +assessor\/ann +1970-01-01T00:00:00.000Z +national A1 +act 1 +seen\n/,
    /notes\n(.|\n)*assessor\/ben +asks for a login\n/,
    /flags\n.*\nlife at risk +police\/olga +1970\S+ +she is named\nno young child +assessor\/ann +1970\S+ +of sixteen\n/,
    /police say\ninvestigation opened\n/,
    /holds\n(.|\n)*officer /,
    /not answered by matching: what they know is missing here\n$/,
  ]) {
    expect(out).toMatch(part);
  }
  expect(out).not.toMatch(/same address|same picture/);
  expect(bed.arrived).toMatchObject([{ method: "getDossier", request: { caseId: "case-1" } }]);
  expect(bed.arrived[0]?.request).toMatchObject({ openAddress: undefined });
  await bed.ntd("case", "show", "case-1", "--open");
  expect(bed.arrived[1]).toMatchObject({ request: { caseId: "case-1", openAddress: true } });
});

test("queue takes lanes, reasons, a country; and says how many wait and what is in hand", async () => {
  bed.answers.set("listQueue", { cases: [], nextPageToken: "" });
  await bed.ntd("queue", "--lane", "life-at-risk", "--reason", "no-hit", "--country", "nl");
  await bed.ntd("queue", "--lane", "too-few-votes");
  expect(bed.arrived).toMatchObject([
    { request: { lane: "LANE_LIFE_AT_RISK", queueReason: "QUEUE_REASON_NO_HIT", hostingCountry: "NL" } },
    { request: { queueReason: "QUEUE_REASON_TOO_FEW_VOTES" } },
  ]);
  const lanes = [{ lane: "LANE_POLICE", waiting: 3, claimed: 1, oldestTime: at }];
  bed.answers.set("getQueueStats", { lanes, overdue: 2, dueSoon: 5, isCut: true });
  expect((await bed.ntd("queue", "--stats")).out).toMatch(
    /police +3 +1 +1970(.|\n)*within 24 hours: 2 overdue, 5 due within four hours\nCounts end/,
  );
  bed.answers.set("searchCases", { cases: [other], nextPageToken: "" });
  expect((await bed.ntd("queue", "--mine")).out).toMatch(/case-0 +decided/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ by: { $case: "mine", value: true } });
});

test.each([
  [{ viewedToday: 12, leftToday: 238 }, "viewed today: 12; left: 238\n"],
  [{ viewedToday: 12 }, "viewed today: 12; left: no end\n"],
])("views says what the caller viewed today, and what is left", async (answer, out) => {
  bed.answers.set("getViews", answer);
  expect((await bed.ntd("views")).out).toBe(out);
});

test("case next takes what is next, and says when nothing is", async () => {
  bed.answers.set("claimNext", { case: view });
  expect((await bed.ntd("case", "next", "--lane", "victim")).out).toMatch(/^case +case-1\n/);
  expect(bed.arrived[0]?.request).toMatchObject({ lane: "LANE_VICTIM" });
  bed.answers.set("claimNext", { case: undefined });
  expect((await bed.ntd("case", "next")).out).toBe("no case waits that you may decide\n");
});

test("case reassign, note and flag say what they are told to", async () => {
  for (const method of ["reassignCase", "flagCase"]) bed.answers.set(method, { case: view });
  bed.answers.set("addNote", { note: undefined });
  expect((await bed.ntd("case", "reassign", "case-1", "--to", "ben")).code).toBe(0);
  expect((await bed.ntd("case", "note", "case-1", "asks for a login")).out).toBe("noted\n");
  await bed.ntd("case", "flag", "case-1", "--life-at-risk", "--no-young-child", "--reason", "named");
  expect(bed.arrived).toMatchObject([
    { request: { caseId: "case-1", assessor: "ben" } },
    { request: { caseId: "case-1", text: "asks for a login" } },
    { request: { caseId: "case-1", lifeAtRisk: true, youngChild: false, reason: "named" } },
  ]);
  await bed.ntd("case", "flag", "case-1", "--young-child", "--reason", "seen");
  expect(bed.arrived.at(-1)?.request).toMatchObject({ lifeAtRisk: undefined, youngChild: true });
});

test("case search takes one thing to search by", async () => {
  bed.answers.set("searchCases", { cases: [], nextPageToken: "" });
  expect((await bed.ntd("case", "search", "--report", "reports/r1")).out).toBe("no such case\n");
  expect(bed.arrived[0]?.request).toMatchObject({ by: { $case: "reportId", value: "r1" } });
  expect((await bed.ntd("case", "search")).code).toBe(2);
  expect((await bed.ntd("case", "search", "--host", "a.test", "--url", "http://a.test")).code).toBe(2);
});

test("case decide asks for what the verdict needs, and where nobody sits there says which option", async () => {
  const decide = ["case", "decide", "case-1", "--expected-version", "4", "--verdict"];
  const codes = [{ code: "A1", title: "an act", isIllegal: true }];
  const national = { scheme: "national", version: "1", title: "t", isNational: true, codes };
  bed.answers.set("listSchemes", { schemes: [{ ...national, isForLists: false, source: "" }], neighbours: [] });
  bed.answers.set("decideCase", { case: view });
  bed.typed.lines = ["A1", "act 1", "plainly"];
  const { err } = await bed.ntd(...decide, "illegal");
  expect(err).toMatch(/national:1:A1 +an act\n/);
  const classifications = [{ scheme: "national", version: "1", code: "A1" }];
  expect(bed.arrived.at(-1)?.request).toMatchObject({ classifications, basis: "act 1", reason: "plainly" });
  delete bed.typed.lines;
  expect(await bed.ntd(...decide, "illegal")).toMatchObject({
    code: 2,
    err: expect.stringContaining("say --basis TEXT and --reason TEXT: nobody"),
  });
  expect(await bed.ntd(...decide, "not-illegal")).toMatchObject({ code: 2, err: expect.stringContaining("--reason") });
  expect((await bed.ntd(...decide, "out-of-scope")).code).toBe(0);
});

import type { GetCaseRequest } from "@ntd/proto/casework/v1/case_service";
import { Problem } from "@ntd/service";
import { unobservedCase } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const hit = {
  algorithm: "ALGORITHM_PDQ",
  distance: 12,
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
  classification: { scheme: "intl", version: "1", code: "A" },
};
const found = {
  caseId: "case-1",
  targetId: "target-1",
  episode: 1,
  state: "CASE_STATE_QUEUED",
  priority: "PRIORITY_RAISED",
  queueReason: "QUEUE_REASON_SET_NEEDS_PERSON",
  address: undefined,
  resolvedIp: "",
  targetState: "TARGET_STATE_PRESENT",
  targetReason: "PROBE_REASON_UNSPECIFIED",
  hits: [hit],
  evidenceRevision: 4,
  decision: undefined,
  reportCount: 2,
  reportIds: [],
  openedTime: new Date(0),
  firstReportTime: new Date(0),
  firstReportRevision: 1,
  fingerprints: [],
  ...unobservedCase,
};
const view = {
  case: found,
  url: "http://a.example/1",
  claimedBy: "",
  claimExpireTime: undefined,
  precedentCaseId: "",
  seenFormat: "",
};

test("queue lists what waits, and says when nothing does", async () => {
  const queued = {
    caseId: "case-1",
    priority: "PRIORITY_RAISED",
    queueReason: "QUEUE_REASON_NO_HIT",
    queuedTime: new Date(0),
    reportCount: 2,
    claimedBy: "",
    claimExpireTime: undefined,
  };
  bed.answers.set("listQueue", { cases: [queued], nextPageToken: "" });
  expect((await bed.ntd("queue")).out).toMatch(/\ncase-1 +raised +no-hit +1970-01-01T00:00:00.000Z +2\n$/);
  expect(bed.arrived[0]?.request).toMatchObject({ queueReason: "QUEUE_REASON_UNSPECIFIED" });
  await bed.ntd("queue", "--lane", "second-look");
  expect(bed.arrived.at(-1)?.request).toMatchObject({ queueReason: "QUEUE_REASON_SECOND_LOOK" });
  expect((await bed.ntd("queue", "--lane", "nowhere")).code).toBe(2);
  bed.answers.set("listQueue", { cases: [{ ...queued, overdue: true }], nextPageToken: "" });
  expect((await bed.ntd("queue")).out).toMatch(/ overdue\n$/);
  bed.answers.set("listQueue", { cases: [queued], nextPageToken: "" });
  expect(JSON.parse((await bed.ntd("queue", "--json")).out)).toMatchObject({
    cases: [{ caseId: "case-1" }],
    more: false,
  });
  const page = { queueReason: "QUEUE_REASON_PAGE_ITEMS", pageCounts: { known: 0, near: 0, unknown: 80, notJudged: 0 } };
  bed.answers.set("listQueue", { cases: [{ ...queued, ...page }], nextPageToken: "" });
  expect((await bed.ntd("queue", "--reason", "page-items")).out).toMatch(
    /\ncase-1 +raised +page-items +80 unknown +1970/,
  );
  bed.answers.set("listQueue", { cases: [], nextPageToken: "" });
  expect((await bed.ntd("queue")).out).toBe("no case waits\n");
});

test("case show prints the case with its address and what it matched", async () => {
  bed.answers.set("getCase", { case: view });
  const { out } = await bed.ntd("case", "show", "case-1");
  expect(out).toMatch(
    /waits because +set-needs-person\naddress +http:\/\/a.example\/1\nhost +a.example\naddress is +present\n/,
  );
  expect(out).toMatch(/evidence revision +4\n/);
  expect(out).toMatch(/\npdq +12 of 31 +original +known +positive +2 +intl A\n$/);
  expect(bed.arrived[1]?.request).toEqual({ by: { $case: "caseId", value: "case-1" } });
});

test("case show finds the newest case of a target", async () => {
  bed.answers.set("getCase", { case: view });
  await bed.ntd("case", "show", "--target", "target-1");
  expect(bed.arrived[0]?.request).toEqual({ by: { $case: "targetId", value: "target-1" } });
});

test("case show without a case, or with two, is wrong usage", async () => {
  expect((await bed.ntd("case", "show")).code).toBe(2);
  expect((await bed.ntd("case", "show", "case-1", "--target", "target-1")).code).toBe(2);
  expect(bed.arrived).toEqual([]);
});

test("case claim and case release name the case and draw a request id each", async () => {
  bed.answers.set("claimCase", { case: { ...view, claimedBy: "operator/anna", claimExpireTime: new Date(1000) } });
  bed.answers.set("releaseClaim", { case: view });
  expect((await bed.ntd("case", "claim", "case-1")).out).toMatch(/claimed by +operator\/anna\n/);
  expect((await bed.ntd("case", "release", "case-1")).code).toBe(0);
  const ids = bed.arrived.map(({ request }) => (request as { requestId: string }).requestId);
  expect(new Set(ids).size).toBe(2);
  expect(bed.arrived).toMatchObject([{ request: { caseId: "case-1" } }, { request: { caseId: "case-1" } }]);
});

test("case decide sends verdict, evidence revision, classifications, basis and reason", async () => {
  const decision = {
    decisionId: "decision-1",
    verdict: "VERDICT_NOT_ILLEGAL",
    decidedBy: "assessor/chandra",
    decidedTime: new Date(0),
    classifications: [],
    basis: "act",
    reason: undefined,
    despiteGone: false,
  };
  bed.answers.set("decideCase", { case: { ...view, case: { ...found, state: "CASE_STATE_DECIDED", decision } } });
  const what = ["--verdict", "not-illegal", "--expected-version", "4", "--classification", "intl:1:N"];
  const why = ["--basis", "act", "--reason", "a cartoon", "--reporter-sentence", "not-against-the-law"];
  const { out } = await bed.ntd("case", "decide", "case-1", ...what, ...why);
  expect(out).toMatch(/verdict +not-illegal\ndecided by +assessor\/chandra\n/);
  expect(bed.arrived[0]?.request).toMatchObject({
    caseId: "case-1",
    decision: "VERDICT_NOT_ILLEGAL",
    expectedVersion: 4,
    classifications: [{ scheme: "intl", version: "1", code: "N" }],
    basis: "act",
    reason: "a cartoon",
    reporterSentence: "REPORTER_SENTENCE_NOT_AGAINST_THE_LAW",
    despiteGone: false,
  });
});

test("case decide says what to do when the target is gone, and --despite-gone goes with it", async () => {
  const metadata = { since: "2026-01-02T03:04:05.000Z", eyes: "browser, declared" };
  bed.answers.set("decideCase", new Problem("GONE", "Machines call it gone. Decide with despite_gone.", { metadata }));
  const what = ["case", "decide", "case-1", "--verdict", "illegal", "--basis", "act", "--reason", "seen"];
  const { code, err } = await bed.ntd(...what, "--expected-version", "4");
  expect([code, err]).toEqual([1, "ntd: GONE: Machines call it gone. Decide with despite_gone.\n"]);
  bed.answers.set("decideCase", { case: view });
  expect((await bed.ntd(...what, "--expected-version", "4", "--despite-gone")).code).toBe(0);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ decision: "VERDICT_ILLEGAL", despiteGone: true });
});

test("case reopen sends why, and whether to claim it", async () => {
  const reopening = { reopenedBy: "assessor/ben", reopenedTime: new Date(0), decisionId: "d", reason: "wrong" };
  bed.answers.set("reopenCase", { case: { ...view, reopening } });
  const { out } = await bed.ntd("case", "reopen", "case-1", "--reason", "wrong");
  expect(out).toMatch(/reopened by +assessor\/ben\n/);
  await bed.ntd("case", "reopen", "case-1", "--reason", "wrong", "--claim", "--keep-in-force");
  const sent = { caseId: "case-1", reason: "wrong" };
  expect(bed.arrived).toMatchObject([
    { request: { ...sent, claim: false, keepInForce: false } },
    { request: { ...sent, claim: true, keepInForce: true } },
  ]);
  expect((await bed.ntd("case", "reopen", "case-1")).code).toBe(2);
});

test("case confirm-withdrawal names the decision that it withdraws, and what was seen", async () => {
  bed.answers.set("confirmWithdrawal", { case: view });
  const what = ["case", "confirm-withdrawal", "case-1", "--decision", "d1", "--reason", "a cartoon"];
  await bed.ntd(...what, "--expected-version", "4");
  const sent = { caseId: "case-1", decisionId: "d1", expectedVersion: 4, reason: "a cartoon" };
  expect(bed.arrived).toMatchObject([{ request: sent }]);
  expect((await bed.ntd(...what)).code).toBe(2);
});

test("case decide --in-doubt goes with it, and says who is waited for", async () => {
  const heldDecision = { verdict: "VERDICT_ILLEGAL", decidedBy: "assessor/chandra", classifications: [] };
  const secondLook = { review: "SECOND_REVIEW_BEFORE", dueTime: new Date(0), overdue: false, agreedBy: "" };
  bed.answers.set("decideCase", { case: { ...view, heldDecision, secondLook } });
  const what = ["--verdict", "illegal", "--expected-version", "4", "--basis", "act", "--reason", "ages"];
  const { out } = await bed.ntd("case", "decide", "case-1", ...what, "--in-doubt");
  expect(bed.arrived.at(-1)?.request).toMatchObject({ inDoubt: true });
  expect(out).toMatch(/told to others +once another person has decided the same; until then: ntd case undo case-1\n/);
  expect(out).toMatch(/second look +before\nlook due +1970-01-01T00:00:00.000Z\n/);
});

test("case show says of two who disagree that a third one decides, and of one word against it that it waits", async () => {
  const said = { verdict: "VERDICT_NOT_ILLEGAL", decidedBy: "assessor/ben", classifications: [] };
  const heldDecision = { ...said, verdict: "VERDICT_ILLEGAL", decidedBy: "assessor/ann" };
  const look = { review: "SECOND_REVIEW_BEFORE", overdue: false, agreedBy: "" };
  const secondLook = { ...look, otherDecision: said, otherReason: "an adult" };
  bed.answers.set("getCase", { case: { ...view, heldDecision, heldReason: "a uniform", secondLook } });
  const { out } = await bed.ntd("case", "show", "case-1");
  expect(out).toMatch(/told to others +once a third one decides\n/);
  expect(out).not.toMatch(/ntd case undo/);
  expect(out).toMatch(/held back because +a uniform\n[^]*another's reason +an adult\n/);
  const word = { ...said, withdrawsDecisionId: "d1", confirmedBy: "" };
  bed.answers.set("getCase", { case: { ...view, case: { ...view.case, decision: word }, decisionReason: "lawful" } });
  const alone = (await bed.ntd("case", "show", "case-1")).out;
  expect(alone).toMatch(/decided because +lawful\nwithdraws +d1, once another person confirms that/);
});

test("case undo names the case, and says when it comes too late", async () => {
  bed.answers.set("undoDecision", { case: { ...view, claimedBy: "assessor/anna" } });
  expect((await bed.ntd("case", "undo", "case-1")).out).toMatch(/claimed by +assessor\/anna\n/);
  expect(bed.arrived).toMatchObject([{ request: { caseId: "case-1" } }]);
  bed.answers.set("undoDecision", new Problem("WRONG_STATE", "Its decision is already published."));
  const { code, err } = await bed.ntd("case", "undo", "case-1");
  expect([code, err]).toEqual([1, "ntd: WRONG_STATE: Its decision is already published.\n"]);
});

test("case close-absent closes up to so many, and says how many wait still", async () => {
  bed.answers.set("closeAbsentCases", { closedCount: 40, leftCount: 2 });
  expect((await bed.ntd("case", "close-absent", "--max", "50")).out).toBe("40 closed, 2 wait with this reason still\n");
  expect(JSON.parse((await bed.ntd("case", "close-absent", "--json")).out)).toEqual({ closedCount: 40, leftCount: 2 });
  expect(bed.arrived).toMatchObject([{ request: { maxCount: 50 } }, { request: { maxCount: 1000 } }]);
  expect((await bed.ntd("case", "close-absent", "--max", "0")).code).toBe(2);
});

test("a decision on old evidence is refused, one without its evidence revision is not sent", async () => {
  bed.answers.set("decideCase", new Problem("EVIDENCE_CHANGED", undefined, { metadata: { current_version: "5" } }));
  const what = ["case", "decide", "case-1", "--verdict", "illegal", "--basis", "act", "--reason", "known"];
  const { code, err } = await bed.ntd(...what, "--expected-version", "4", "--json");
  expect([code, JSON.parse(err).error]).toMatchObject([
    1,
    { reason: "EVIDENCE_CHANGED", metadata: { current_version: "5" } },
  ]);
  expect((await bed.ntd(...what)).code).toBe(2);
  expect(bed.arrived).toHaveLength(1);
});

test("case show of a page names the case of each thing that it shows", async () => {
  const pageItems = { items: [{ itemTargetId: "0a1b2c3d4e5f", hits: [hit] }], counts: undefined };
  bed.answers.set("getCase", { case: { ...view, case: { ...found, targetId: "0a1b2c3d4e5f", pageItems } } });
  const { out } = await bed.ntd("case", "show", "case-1");
  expect(out).toMatch(/0a1b2c3d4e5f +pdq +12 of 31 .* case-1 +queued *\n/);
  expect(bed.arrived.at(-1)?.request).toEqual({ by: { $case: "targetId", value: "0a1b2c3d4e5f" } });
  const before = bed.arrived.length;
  await bed.ntd("case", "show", "case-1", "--json");
  expect(bed.arrived.slice(before).filter(({ method }) => method === "getCase")).toHaveLength(1);
});

test("a decision that was made is told though nobody can say where what the page shows stands", async () => {
  const pageItems = { items: [{ itemTargetId: "0a1b2c3d4e5f", hits: [hit] }], counts: undefined };
  bed.answers.set("decideCase", { case: { ...view, case: { ...found, pageItems } } });
  bed.answers.set("getCase", new Problem("NOT_ALLOWED"));
  const what = ["--verdict", "not-illegal", "--expected-version", "4", "--basis", "act", "--reason", "a cartoon"];
  const { code, out } = await bed.ntd("case", "decide", "case-1", ...what);
  expect([code, out]).toEqual([0, expect.stringContaining("0a1b2c3d4e5f")]);
  expect(out).not.toContain("its case");
});

test("case decide --embedded takes the beginnings of what the page shows", async () => {
  const ids = ["0a1b2c3d4e5f60718293a4b5c6d7e8f9", "0a1b2c77777777777777777777777777"];
  const pageItems = { items: ids.map((itemTargetId) => ({ itemTargetId, hits: [hit] })), counts: undefined };
  bed.answers.set("getCase", { case: { ...view, case: { ...found, pageItems } } });
  bed.answers.set("decideCase", { case: view });
  const what = ["case", "decide", "case-1", "--verdict", "illegal", "--expected-version", "4"];
  const said = [...what, "--basis", "act", "--reason", "it embeds one", "--embedded"];
  expect((await bed.ntd(...said, "0a1b2c3d", ids[1] ?? "")).code).toBe(0);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ embedded: { targetIds: ids } });
  expect((await bed.ntd(...said, "0a1b2c")).err).toMatch(/0a1b2c begins the ids of 2: /);
  expect((await bed.ntd(...said, "ffffff")).err).toMatch(/nothing that the page shows begins with ffffff/);
});

test("case decide --embedded all takes what the page shows and is decided illegal, and not what is in doubt", async () => {
  const ids = ["illegal", "open", "doubted", "illegal too", "no case"];
  const pageItems = { items: ids.map((itemTargetId) => ({ itemTargetId, hits: [hit] })), counts: undefined };
  const decision = { decisionId: "d", verdict: "VERDICT_ILLEGAL", decidedBy: "machine", decidedTime: new Date(0) };
  const doubt = {
    decisionId: "d",
    cause: "DOUBT_CAUSE_REOPENED",
    sinceTime: new Date(0),
    raisedBy: [],
    lasting: false,
  };
  const rest = { classifications: [], basis: "", reason: undefined, despiteGone: false };
  const itemCase = (targetId: string) => ({
    ...found,
    targetId,
    ...(targetId !== "open" && { decision: { ...decision, ...rest } }),
    ...(targetId === "doubted" && { doubt }),
  });
  let illegal = true;
  bed.answers.set("getCase", ({ by }: GetCaseRequest) => {
    if (by?.$case !== "targetId") return { case: { ...view, case: { ...found, pageItems } } };
    if (by.value === "no case" || !illegal) throw new Problem("NOT_FOUND", "none");
    return { case: { ...view, case: itemCase(by.value) } };
  });
  bed.answers.set("decideCase", { case: view });
  const what = ["case", "decide", "case-1", "--verdict", "illegal", "--expected-version", "4"];
  const said = [...what, "--basis", "act", "--reason", "it embeds them", "--embedded", "all"];
  expect((await bed.ntd(...said)).code).toBe(0);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ embedded: { targetIds: ["illegal", "illegal too"] } });
  illegal = false;
  expect((await bed.ntd(...said)).err).toMatch(/nothing that the page shows is decided illegal/);
});

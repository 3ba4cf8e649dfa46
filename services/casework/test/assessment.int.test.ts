import { randomUUID } from "node:crypto";
import type { FlagCaseRequest, SearchCasesRequest } from "@ntd/proto/casework/v1/assessment_service";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { Problem } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { getDossier } from "../src/assessment/rpc-get-dossier.ts";
import { searchCases } from "../src/assessment/rpc-search-cases.ts";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { addNote } from "../src/notes/rpc-add-note.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { flagCase } from "../src/queue/rpc-flag-case.ts";
import { getQueueStats } from "../src/queue/rpc-get-queue-stats.ts";
import { listReadings } from "@ntd/host";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { hit, noon } from "./facts.ts";

let ntd: Handlers;
const caseId = caseIdOf("target-1", 1);
const other = caseIdOf("target-2", 1);
const [ann, ben, officer] = [calledBy("assessor/ann"), calledBy("assessor/ben"), calledBy("police/olga")];
const again = () => ({ requestId: randomUUID(), caseId });

beforeEach(async () => {
  ntd = await openHandlers({ secondLook: { kind: "after", first: 0 } });
  for (const targetId of ["target-1", "target-2"]) {
    await ntd.report(reportEvent(`report of ${targetId}`, noon, { targetId }));
    await ntd.target(targetEvent({ targetId }));
    await ntd.match(matchEvent([], { targetId }));
  }
});
afterEach(() => ntd[Symbol.asyncDispose]());

async function decided(): Promise<void> {
  await claimCase(ntd.deps)(again(), ann);
  const said = { decision: "VERDICT_ILLEGAL", basis: "act 1", reason: "seen before" } as const;
  await decideCase(ntd.deps)(
    { ...again(), expectedVersion: 1, despiteGone: false, inDoubt: false, classifications: [], ...said },
    ann,
  );
}

const dossier = (who = ben, id = caseId) => getDossier(ntd.deps)({ caseId: id, openAddress: true }, who);

describe("a dossier", () => {
  test("has what reporters said, what nearly matches, other cases, notes; that it was opened is written", async () => {
    const words = { reportId: "report of target-1", description: "my neighbour" };
    const asked: unknown[] = [];
    ntd.deps.reporters = {
      describeReports: async (request) => {
        asked.push(request);
        return { reports: [words] as never };
      },
    };
    ntd.deps.matching.lookup = async ({ withNearMisses }) => ({
      hits: [],
      nearMisses: withNearMisses ? [hit({ distance: 40 })] : [],
    });
    await addNote(ntd.deps)({ ...again(), text: "asks for a login" }, ann);
    const found = await dossier();
    expect(found).toMatchObject({
      case: { case: { caseId }, url: "http://host.test/aA.png" },
      reports: [words],
      nearMisses: [{ distance: 40 }],
      unanswered: [],
      sameAddress: [],
      sameHost: [{ caseId: other, state: "CASE_STATE_QUEUED" }],
      samePicture: [{ caseId: other }],
      notes: [{ text: "asks for a login", writtenBy: "assessor/ann", writtenTime: noon }],
    });
    expect(asked).toEqual([
      { reportIds: ["report of target-1"], reader: "assessor/ben", caseId, targetId: "target-1" },
    ]);
    const read = { caseId, reader: "assessor/ben", resource: "", pageSize: 0, pageToken: "" };
    expect((await listReadings(ntd.deps.readings)(read)).readings.map(({ kind }) => kind).toSorted()).toEqual([
      "address",
      "words",
    ]);
  });

  test("names who does not answer, and has the rest", async () => {
    ntd.listed.hits = undefined;
    expect(await dossier()).toMatchObject({
      unanswered: ["intake", "matching"],
      reports: [],
      case: { case: { caseId } },
    });
  });

  test("tells who looks second nothing of what was decided: neither verdict, nor reason, nor notes of who did", async () => {
    await addNote(ntd.deps)({ ...again(), text: "clearly illegal" }, ann);
    await addNote(ntd.deps)({ ...again(), text: "asks for a login" }, ben);
    await flagCase(ntd.deps)({ ...again(), youngChild: true, reason: "seen before" }, ann);
    await decided();
    const blind = await dossier(ben);
    expect(blind).toMatchObject({ decisions: [], notes: [{ text: "asks for a login" }], police: [] });
    expect(blind.case).toMatchObject({ noteCount: 1, case: { decision: undefined } });
    expect(JSON.stringify(blind, (_, value) => (typeof value === "bigint" ? String(value) : value))).not.toMatch(
      /ILLEGAL|seen before|ann/,
    );
    expect(await dossier(ben, other)).toMatchObject({
      sameHost: [{ caseId, verdict: "VERDICT_UNSPECIFIED", state: "CASE_STATE_QUEUED" }],
    });
    const seen = await dossier(ann);
    expect(seen).toMatchObject({ decisions: [{ reason: "seen before", decision: { verdict: "VERDICT_ILLEGAL" } }] });
    expect(seen.notes).toHaveLength(2);
  });

  test("of no case is not found", async () => {
    await expect(dossier(ann, "nothing")).rejects.toMatchObject({ reason: "NOT_FOUND" });
  });
});

describe("a search", () => {
  const search = async (by: SearchCasesRequest["by"], who = ben) =>
    (await searchCases(ntd.deps)({ by, pageSize: 0, pageToken: "" }, who)).cases.map((one) => one.caseId).toSorted();
  const both = [caseId, other].toSorted();
  const pdq: Fingerprint = { algorithm: "ALGORITHM_PDQ", value: new Uint8Array(32).fill(7), quality: 90 };

  test("finds cases by address, host, hash and report", async () => {
    expect(await search({ $case: "url", value: "http://HOST.test:80/a%41.png" })).toEqual(both);
    expect(await search({ $case: "host", value: "host.test" })).toEqual(both);
    expect(await search({ $case: "host", value: "other.test" })).toEqual([]);
    expect(await search({ $case: "hashHex", value: Buffer.from(pdq.value).toString("hex") })).toEqual(both);
    expect(await search({ $case: "reportId", value: "report of target-2" })).toEqual([other]);
    for (const value of ["", "zz", "00"]) {
      await expect(search({ $case: "hashHex", value })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
    }
  });

  test("finds what somebody has in hand, and what they decided unless the caller is to look at it second", async () => {
    await claimCase(ntd.deps)({ ...again(), caseId: other }, ben);
    expect(await search({ $case: "mine", value: true })).toEqual([other]);
    expect(await search({ $case: "mine", value: true }, ann)).toEqual([]);
    await decided();
    expect(await search({ $case: "decidedBy", value: "me" }, ann)).toEqual([caseId]);
    expect(await search({ $case: "decidedBy", value: "ann" })).toEqual([]);
  });
});

describe("a flag", () => {
  const flag = (said: Partial<FlagCaseRequest>, who = officer) =>
    flagCase(ntd.deps)({ ...again(), reason: "the child is named", ...said }, who);

  test("moves the case to another lane, with an event; the newest word counts, and takes it back", async () => {
    expect((await flag({ lifeAtRisk: true })).case?.case).toMatchObject({
      lane: "LANE_LIFE_AT_RISK",
      lifeAtRisk: true,
    });
    expect(await ntd.told(1)).toMatchObject({ lane: "LANE_LIFE_AT_RISK", lifeAtRisk: true });
    await flag({ youngChild: true, reason: "of about six" }, ann);
    expect((await dossier()).flags).toMatchObject([
      { lifeAtRisk: true, saidBy: "police/olga", reason: "the child is named" },
      { youngChild: true, saidBy: "assessor/ann", reason: "of about six" },
    ]);
    await flag({ lifeAtRisk: false }, ann);
    expect(await ntd.told(1)).toMatchObject({ lane: "LANE_YOUNG_CHILD" });
    await flag({ youngChild: false }, ann);
    expect(await ntd.told(1)).toMatchObject({ lane: "LANE_NORMAL" });
  });

  test("needs something that it says, and why", async () => {
    await expect(flag({})).rejects.toMatchObject({ reason: "FIELD_INVALID" });
    await expect(flag({ lifeAtRisk: true, reason: " " })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  });
});

describe("a note", () => {
  test("is kept once, however often it is sent, and a case takes a hundred", async () => {
    const said = { ...again(), text: "asks for a login" };
    const first = await addNote(ntd.deps)(said, ann);
    ntd.clock.advance(1000);
    expect(await addNote(ntd.deps)(said, ann)).toEqual(first);
    expect(await ntd.verbs(1)).not.toContain("noted");
    for (let n = 1; n < 100; n++) await addNote(ntd.deps)({ ...again(), text: `${n}` }, ann);
    const full = addNote(ntd.deps)({ ...again(), text: "one more" }, ann);
    await expect(full).rejects.toThrow(new Problem("WRONG_STATE", "It has 100 notes, and takes no more."));
  });
});

test("counts say what waits in each lane, what is in hand, and what is to be assessed by now", async () => {
  await flagCase(ntd.deps)({ ...again(), lifeAtRisk: true, reason: "in danger" }, ann);
  await claimCase(ntd.deps)({ ...again(), caseId: other }, ben);
  const stats = async () => {
    const { lanes, ...rest } = await getQueueStats(ntd.deps)();
    return { ...rest, lanes: lanes.filter(({ waiting, claimed }) => waiting + claimed > 0) };
  };
  const risk = { lane: "LANE_LIFE_AT_RISK", waiting: 1, claimed: 0, oldestTime: noon };
  const normal = { lane: "LANE_NORMAL", waiting: 0, claimed: 1, oldestTime: noon };
  expect(await stats()).toEqual({ lanes: [risk, normal], overdue: 0, dueSoon: 0, isCut: false });
  ntd.clock.advance(20 * 3_600_000 + 1);
  expect(await stats()).toMatchObject({ overdue: 0, dueSoon: 2 });
  ntd.clock.advance(4 * 3_600_000);
  expect(await stats()).toMatchObject({ overdue: 2, dueSoon: 0 });
});

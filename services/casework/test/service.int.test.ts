import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import type { Running } from "@ntd/host";
import { CaseServiceService, type QueuedCase } from "@ntd/proto/casework/v1/case_service";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import { OperationsServiceService } from "@ntd/proto/operations/v1/operations_service";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { connect, service, startRpcServer, type RpcServer } from "@ntd/rpc";
import { createLog, Health, MovableClock, sealerFromFile, type Sealed, type Sealer } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readCaseworkConfig } from "../src/config.ts";
import { start } from "../src/service.ts";
import { LANES } from "../src/queue/lane.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, originalUrl, reportEvent, targetEvent, unsentNotice } from "./bed.ts";
import { hit, sha256 } from "./facts.ts";

let bed: TestBed;
let matching: RpcServer & { asked: number; listed: Hit[] };
let casework: Running;
let sealer: Sealer;
let targets = 0;
let targetId: string;
let caseId: string;
const clock = new MovableClock(new Date("2026-03-01T12:00:00Z"));
const log = createLog("test", "silent");

beforeAll(async () => {
  bed = await startTestBed();
  matching = await fakeMatching();
  const environment = await bed.environment("casework", { AUTO_PER_MINUTE: "50", HOLD_BACK_MS: "0" });
  sealer = sealerFromFile(environment["NTD_SEALING_KEYS_FILE"] ?? "");
  casework = await start(readCaseworkConfig({ ...environment, NTD_MATCHING_ADDRESS: matching.address }), { clock });
});
afterAll(async () => {
  await casework[Symbol.asyncDispose]();
  await matching[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});
beforeEach(() => {
  targetId = `target-${++targets}`;
  caseId = caseIdOf(targetId, 1);
});

async function fakeMatching() {
  const fake = { asked: 0, listed: [] as Hit[] };
  const lookup = async () => (fake.asked++, { hits: fake.listed, nearMisses: [] });
  const server = await startRpcServer(
    {
      listen: "127.0.0.1:0",
      identityDir: await bed.identity("service", "matching"),
      access: { "/ntd.matching.v1.MatchService/Lookup": ["service/casework"] },
      health: new Health(log),
      log,
    },
    [service(MatchServiceService, { lookup })],
  );
  return Object.assign(fake, { address: server.address, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() });
}

async function as(kind: "assessor" | "police" | "operator" | "reporter", name = "ann") {
  const identityDir = await bed.identity(kind, name);
  return connect(CaseServiceService, { address: casework.address, identityDir });
}

const sealedAddress = () =>
  sealer.seal(JSON.stringify({ original: originalUrl, fetch: originalUrl, key: "k" }), "address", clock.now());
const target = (change = {}, version = 1) =>
  bed.publish(nouns.target, "seen", targetId, version, targetEvent({ targetId, address: sealedAddress(), ...change }));
const match = (hits: Hit[], version = 1) =>
  bed.publish(nouns.match, "matched", targetId, version, matchEvent(hits, { targetId }));
const report = (id: string, change: Parameters<typeof reportEvent>[2] = {}) =>
  bed.publish(nouns.report, "received", id, 1, reportEvent(id, clock.now(), { targetId, ...change }));
const last = async () => (await bed.published(nouns.case)).findLast(({ data }) => data.caseId === caseId);
const inState = (state: string) =>
  eventually(`case ${state}`, async () => {
    const event = await last();
    return event?.data.state === `CASE_STATE_${state}` && event;
  });
const decision = (change = {}) => ({
  requestId: randomUUID(),
  caseId,
  expectedVersion: 1,
  decision: "VERDICT_ILLEGAL" as const,
  classifications: [{ scheme: "national", version: "2024", code: "s4" }],
  basis: "section 4",
  despiteGone: false,
  inDoubt: false,
  reason: "seen by two assessors",
  ...change,
});
const anyReason = { queueReason: "QUEUE_REASON_UNSPECIFIED" } as const;
const ids = () => ({ requestId: randomUUID(), caseId });

function opened(sealed: Sealed | undefined): string {
  return sealed === undefined ? "not there" : sealer.open(sealed);
}

async function queuedCase() {
  await target();
  await match([]);
  await inState("QUEUED");
}

describe("over the bus", () => {
  test("a case's event lets takedown act alone: sealed address, IP, episode, decision, fingerprints", async () => {
    await report("r-auto");
    await target();
    await match([sha256()]);
    const { data, version } = await eventually("decided with its report", async () => {
      const event = await last();
      return event?.data.state === "CASE_STATE_AUTO_DECIDED" && event.data.reportCount === 1 && event;
    });
    expect(data).toMatchObject({
      targetId,
      episode: 1,
      resolvedIp: "192.0.2.7",
      targetState: "TARGET_STATE_PRESENT",
      reportIds: ["r-auto"],
      evidenceRevision: 2,
      decision: { verdict: "VERDICT_ILLEGAL", decidedBy: "machine" },
    });
    expect(version).toBeGreaterThan(1);
    expect(data.fingerprints).toHaveLength(1);
    expect(data.decision?.decidedTime).toEqual(clock.now());
    expect(JSON.parse(opened(data.address))).toMatchObject({ original: originalUrl });
  });

  test("a reporter's own fingerprint is looked up in matching and raises the priority", async () => {
    matching.listed = [sha256()];
    const before = matching.asked;
    await queuedCase();
    await report("r-nominates", {
      fingerprints: [{ algorithm: "ALGORITHM_MD5", value: Buffer.alloc(16), quality: 0 }],
    });
    await eventually("raised", async () => (await last())?.data.priority === "PRIORITY_RAISED");
    expect(matching.asked).toBe(before + 1);
    expect((await last())?.data).toMatchObject({ state: "CASE_STATE_QUEUED", decision: undefined });
  });

  test("a machine's notice that takedown closed unsent brings its case back", async () => {
    await target();
    await match([sha256()]);
    const { data } = await inState("AUTO_DECIDED");
    const { decisionId = "" } = data.decision ?? {};
    const unsent = unsentNotice(decisionId, { caseId });
    const targets = unsent.targets.map((one) => ({ ...one, targetId, address: sealedAddress() }));
    await bed.publish(nouns.notice, "closed", randomUUID(), 1, { ...unsent, targets });
    expect((await inState("QUEUED")).data.queueReason).toBe("QUEUE_REASON_SOMETHING_ELSE");
  });

  test("an operator can have every case sent again, the same versions under fresh ids", async () => {
    await queuedCase();
    const before = await bed.published(nouns.case);
    const identityDir = await bed.identity("operator", "olga");
    await using client = connect(OperationsServiceService, { address: casework.address, identityDir });
    const { aggregateCount } = await client.republish({});
    const cases = new Set(before.map(({ data }) => data.caseId));
    expect(aggregateCount).toBe(BigInt(cases.size));
    const after = await eventually("sent again", async () => {
      const all = await bed.published(nouns.case);
      return all.length === before.length + cases.size && all.slice(before.length);
    });
    const again = after.find(({ data }) => data.caseId === caseId);
    expect(again?.version).toBe(before.findLast(({ data }) => data.caseId === caseId)?.version);
  });
});

describe("a person's work", () => {
  test("claim, decide: the case is decided, with its reason sealed and its classifications side by side", async () => {
    await queuedCase();
    await using ann = await as("assessor");
    const claim = await ann.claimCase(ids());
    expect(claim.case).toMatchObject({
      url: originalUrl,
      claimedBy: "assessor/ann",
      claimExpireTime: new Date(clock.now().getTime() + 1_800_000),
      case: { state: "CASE_STATE_CLAIMED", queueReason: "QUEUE_REASON_NO_HIT" },
    });
    const two = [...decision().classifications, { scheme: "copine", version: "1", code: "9" }];
    const { case: view } = await ann.decideCase(decision({ classifications: two }));
    expect(view).toMatchObject({ claimedBy: "", case: { state: "CASE_STATE_DECIDED" } });
    const { data } = await inState("DECIDED");
    expect(data.decision).toMatchObject({
      verdict: "VERDICT_ILLEGAL",
      decidedBy: "assessor/ann",
      basis: "section 4",
      classifications: two,
    });
    expect(opened(data.decision?.reason)).toBe("seen by two assessors");
  });

  test("new evidence under the assessor's hands defeats the decision, another report does not", async () => {
    await queuedCase();
    await using ann = await as("assessor");
    await ann.claimCase(ids());
    await match([hit({ autoIssue: false })], 2);
    await eventually("new evidence", async () => (await last())?.data.evidenceRevision === 2);
    await expect(ann.decideCase(decision())).rejects.toMatchObject({
      reason: "EVIDENCE_CHANGED",
      metadata: { current_version: "2" },
    });
    await report("r-busy");
    await eventually("another report", async () => (await last())?.data.reportCount === 1);
    await ann.decideCase(decision({ expectedVersion: 2 }));
    await inState("DECIDED");
  });

  test("illegal on what machines call gone is asked back, and stands when the person says so", async () => {
    await queuedCase();
    const goneTime = clock.now();
    const look = { eye: "browser", observation: "OBSERVATION_ABSENT", reason: "PROBE_REASON_HTTP_NOT_FOUND" } as const;
    const looks = [{ ...look, time: goneTime, evidenceId: "" }];
    await target({ state: "TARGET_STATE_GONE", goneTime, goneStrength: "GONE_STRENGTH_ABSENT", looks }, 2);
    await eventually("gone", async () => (await last())?.data.targetState === "TARGET_STATE_GONE");
    await using ann = await as("assessor");
    await ann.claimCase(ids());
    await expect(ann.decideCase(decision())).rejects.toMatchObject({
      reason: "GONE",
      metadata: { since: goneTime.toISOString(), eyes: "browser" },
    });
    await ann.decideCase(decision({ despiteGone: true }));
    const { data } = await inState("DECIDED");
    expect(data.decision).toMatchObject({ verdict: "VERDICT_ILLEGAL", despiteGone: true });
  });

  test("a repeat gets the first answer and changes nothing; another body under the same id is refused", async () => {
    await queuedCase();
    await using ann = await as("assessor");
    await using ben = await as("assessor", "ben");
    const request = ids();
    const first = await ann.claimCase(request);
    await ann.releaseClaim(ids());
    expect(await ann.claimCase(request)).toEqual(first);
    expect((await ann.getCase({ by: { $case: "caseId", value: caseId } })).case?.claimedBy).toBe("");
    const other = await ben.claimCase(request);
    expect(other.case?.claimedBy).toBe("assessor/ben");
    await ben.releaseClaim(ids());
    await ann.claimCase(ids());
    const made = decision();
    const decided = await ann.decideCase(made);
    expect(await ann.decideCase(made)).toEqual(decided);
    await expect(ann.decideCase({ ...made, basis: "another" })).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
  });

  test("another's claim holds for 30 minutes; then the case is anybody's, and its event says so", async () => {
    await queuedCase();
    await using ann = await as("assessor");
    await using ben = await as("assessor", "ben");
    await ann.claimCase(ids());
    await expect(ben.claimCase(ids())).rejects.toMatchObject({ reason: "WRONG_STATE" });
    await expect(ben.decideCase(decision())).rejects.toMatchObject({ reason: "WRONG_STATE" });
    await inState("CLAIMED");
    clock.advance(1_800_000);
    await expect(ann.decideCase(decision())).rejects.toMatchObject({ reason: "WRONG_STATE" });
    expect((await inState("QUEUED")).verb).toBe("released");
    expect((await ben.claimCase(ids())).case?.claimedBy).toBe("assessor/ben");
  });

  test("the queue goes lane by lane, in each what waits longest first, in pages, with the holder", async () => {
    await using ann = await as("assessor");
    const waiting: string[] = [];
    for (const channel of ["CHANNEL_PUBLIC", "CHANNEL_POLICE", "CHANNEL_PUBLIC"] as const) {
      targetId = `target-${++targets}`;
      caseId = caseIdOf(targetId, 1);
      clock.advance(1000);
      await queuedCase();
      await report(`r-${targetId}`, { channel });
      await eventually("its report", async () => (await last())?.data.reportCount === 1);
      waiting.push(caseId);
    }
    await ann.claimCase(ids());
    const pages: QueuedCase[] = [];
    for (let pageToken = ""; ;) {
      const page = await ann.listQueue({ pageSize: 2, pageToken, ...anyReason });
      expect(page.cases.length).toBeLessThanOrEqual(2);
      pages.push(...page.cases);
      if ((pageToken = page.nextPageToken) === "") break;
    }
    const [normal, raised, claimed] = waiting;
    const place = (id: string | undefined) => pages.findIndex((one) => one.caseId === id);
    expect(place(raised)).toBeLessThan(place(normal));
    expect(place(normal)).toBeLessThan(place(claimed));
    expect(pages[place(raised)]).toMatchObject({ priority: "PRIORITY_RAISED", reportCount: 1, claimedBy: "" });
    expect(pages[place(claimed)]).toMatchObject({ claimedBy: "assessor/ann", queueReason: "QUEUE_REASON_NO_HIT" });
    const ranks = pages.map((one) => `${LANES.findIndex((lane) => lane === one.lane)}${one.queuedTime?.toISOString()}`);
    expect(ranks).toEqual(ranks.toSorted());
    expect(new Set(pages.map((one) => one.caseId)).size).toBe(pages.length);
    const police = await ann.listQueue({ pageSize: 0, pageToken: "", ...anyReason, lane: "LANE_POLICE" });
    expect(police.cases).toEqual(pages.filter((one) => one.lane === "LANE_POLICE"));
    const here = { lane: "LANE_NORMAL", hostingCountry: "NL", queueReason: "QUEUE_REASON_NO_HIT" } as const;
    expect((await ann.listQueue({ pageSize: 0, pageToken: "", ...here })).cases).toEqual([]);
  });

  test("what every look found absent is closed in bulk, by an assessor's word", async () => {
    const absent = { content: undefined, neverSeen: true } as const;
    await target({ ...absent, state: "TARGET_STATE_SUSPECT_GONE" });
    await inState("QUEUED");
    await using ann = await as("assessor");
    const request = { requestId: randomUUID(), maxCount: 1000 };
    expect(await ann.closeAbsentCases(request)).toEqual({ closedCount: 0, leftCount: 1 });
    await target({ ...absent, state: "TARGET_STATE_GONE", goneTime: clock.now() }, 2);
    await eventually("gone", async () => (await last())?.data.targetState === "TARGET_STATE_GONE");
    expect(await ann.closeAbsentCases(request)).toEqual({ closedCount: 0, leftCount: 1 });
    const again = { ...request, requestId: randomUUID() };
    expect(await ann.closeAbsentCases(again)).toEqual({ closedCount: 1, leftCount: 0 });
    const { data } = await inState("DECIDED");
    expect(data.decision).toMatchObject({ verdict: "VERDICT_OUT_OF_SCOPE", decidedBy: "assessor/ann" });
    await expect(ann.closeAbsentCases({ ...again, maxCount: 9 })).rejects.toMatchObject({
      reason: "REQUEST_ID_REUSED",
    });
  });

  test("the address is opened for assessors alone, who ask for it; a case is found by its target too", async () => {
    await queuedCase();
    const opened = { assessor: originalUrl, police: "", operator: "" };
    for (const kind of ["assessor", "police", "operator"] as const) {
      const url = opened[kind];
      await using client = await as(kind, "eve");
      const by = { $case: "caseId", value: caseId } as const;
      expect((await client.getCase({ by })).case?.url).toBe("");
      const { case: byId } = await client.getCase({ by, openAddress: true });
      const ofTarget = { $case: "targetId", value: targetId } as const;
      const { case: byTarget } = await client.getCase({ by: ofTarget, openAddress: true });
      expect(byId).toMatchObject({ url, case: { caseId } });
      expect(byTarget).toEqual(byId);
    }
  });
});

describe("refused, by name", () => {
  test("who may not call: reporters nothing, police and operators no claim and no decision", async () => {
    await using reporter = await as("reporter");
    const notAllowed = { reason: "NOT_ALLOWED" };
    await expect(reporter.listQueue({ pageSize: 0, pageToken: "", ...anyReason })).rejects.toMatchObject(notAllowed);
    for (const kind of ["police", "operator"] as const) {
      await using client = await as(kind);
      await client.listQueue({ pageSize: 0, pageToken: "", ...anyReason });
      await expect(client.claimCase(ids())).rejects.toMatchObject(notAllowed);
      await expect(client.releaseClaim(ids())).rejects.toMatchObject(notAllowed);
      await expect(client.decideCase(decision())).rejects.toMatchObject(notAllowed);
      const all = { requestId: randomUUID(), maxCount: 1000 };
      await expect(client.closeAbsentCases(all)).rejects.toMatchObject(notAllowed);
    }
  });

  test("what does not exist, a request id that is none, fields that are not as they must be, all at once", async () => {
    await using ann = await as("assessor");
    await expect(ann.claimCase(ids())).rejects.toMatchObject({ reason: "NOT_FOUND" });
    await expect(ann.getCase({ by: undefined })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
    await expect(ann.getCase({ by: { $case: "targetId", value: "none" } })).rejects.toMatchObject({
      reason: "NOT_FOUND",
    });
    await expect(ann.claimCase({ requestId: "1", caseId })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
    await expect(ann.listQueue({ pageSize: -1, pageToken: "", ...anyReason })).rejects.toMatchObject({
      reason: "FIELD_INVALID",
    });
    for (const maxCount of [0, -1, 1001]) {
      await expect(ann.closeAbsentCases({ requestId: randomUUID(), maxCount })).rejects.toMatchObject({
        fields: [{ field: "max_count" }],
      });
    }
    const bad = decision({
      basis: " ",
      classifications: [{ scheme: "", version: "1", code: "x".repeat(101) }],
      reason: "r".repeat(2001),
    });
    await expect(ann.decideCase(bad)).rejects.toMatchObject({
      fields: ["basis", "classifications[0].scheme", "classifications[0].code", "reason"].map((field) => ({ field })),
    });
    await expect(ann.decideCase(decision({ decision: "VERDICT_UNSPECIFIED" }))).rejects.toMatchObject({
      fields: [{ field: "decision" }],
    });
  });
});

test("started again on the same store it has every case and its outbox", async () => {
  await queuedCase();
  await casework[Symbol.asyncDispose]();
  const environment = await bed.environment("casework");
  casework = await start(readCaseworkConfig({ ...environment, NTD_MATCHING_ADDRESS: matching.address }), { clock });
  await using ann = await as("assessor");
  const { case: view } = await ann.getCase({ by: { $case: "caseId", value: caseId } });
  expect(view?.case).toMatchObject({ state: "CASE_STATE_QUEUED", targetId });
});

test("no address, hash or reason is found in the clear in a subject, a header or the store", async () => {
  await queuedCase();
  const events = await bed.published(nouns.case);
  expect(JSON.stringify(events.map(({ verb, headers }) => [verb, headers]))).not.toContain("host.test");
  const path = join(bed.dir, "stores", "casework", "store.sqlite");
  const file = Buffer.concat(await Promise.all([path, `${path}-wal`].map((one) => readFile(one))));
  expect(file.includes(targetId)).toBe(true);
  expect(file.includes("host.test")).toBe(false);
  expect(file.includes("seen by two assessors")).toBe(false);
});

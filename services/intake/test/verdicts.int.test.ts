import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Verdict } from "@ntd/proto/casework/v1/case";
import type { CallContext } from "@ntd/rpc";
import { MovableClock, sealer } from "@ntd/service";
import { openStore, type Store } from "@ntd/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileReports } from "../src/reporters/every-second-file-reports.ts";
import { getFeedback } from "../src/reporters/rpc-get-feedback.ts";
import { onCase } from "../src/reports/on-case.ts";
import { openCollections, type Collections } from "../src/store.ts";
import { caseOf, decision } from "./reporting.ts";

let [dir, store, collections]: [string, Store, Collections] = [] as never;
const clock = new MovableClock(new Date("2026-01-15T12:00:00Z"));
const now = clock.now();
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-intake-"));
  store = await openStore(`file:${join(dir, "store.sqlite")}`);
  collections = await openCollections(store);
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

async function report(id: string, ...targetIds: string[]): Promise<void> {
  const address = { keyId: "", nonce: new Uint8Array(), ciphertext: new Uint8Array() };
  const target = { address, mediaType: "MEDIA_TYPE_IMAGE", fingerprints: [] } as const;
  await collections.reports.insert(id, {
    schemaVersion: 2,
    submitter: "spiffe://ntd/reporter/one",
    requestDigest: "",
    channel: "CHANNEL_PUBLIC",
    receivedTime: now,
    targets: targetIds.map((targetId) => ({ ...target, fingerprints: [], targetId })),
    language: "",
    isUnfiled: true,
  });
}

async function reopen(targetId: string): Promise<void> {
  const data = caseOf(targetId);
  await onCase({ ...collections, clock, sealer: sealer(new Map()) })({
    id: "e",
    verb: "queued",
    time: now,
    aggregateId: data.caseId,
    version: 2,
    data,
  });
}

async function decide(targetId: string, verdict: Verdict, version = 1): Promise<void> {
  const data = caseOf(targetId, { decision: decision(verdict) });
  await onCase({ ...collections, clock, sealer: sealer(new Map()) })({
    id: "e",
    verb: "decided",
    time: now,
    aggregateId: data.caseId,
    version,
    data,
  });
}

const months = { fromTime: new Date("2026-01-01T00:00:00Z"), untilTime: new Date("2026-02-01T00:00:00Z") };
const metadata = { get: () => "spiffe://ntd/reporter/one" };
const context = { metadata, signal: new AbortController().signal } as unknown as CallContext;
const feedback = () =>
  getFeedback({ ...collections, clock, targetKey: new Uint8Array(32) })({ ...months, submitter: "" }, context);
const outcomes = async (outcome: "open" | "illegal" | "other") => (await collections.filings.count({ outcome })).count;

test("verdicts are told of months that are long over, in fives, and never otherwise than at first", async () => {
  const ids = Array.from({ length: 25 }, (_, at) => `target-${at}`);
  await report("one", ...ids);
  for (const [at, id] of ids.entries()) await decide(id, at < 20 ? "VERDICT_ILLEGAL" : "VERDICT_NOT_ILLEGAL");
  await fileReports(collections);
  expect([await outcomes("illegal"), await outcomes("other")]).toEqual([20, 5]);
  expect(await feedback()).toMatchObject({ decidedCount: 0, illegalCount: undefined, usefulScore: undefined });
  clock.advance(60 * 24 * 3_600_000);
  const told = await feedback();
  expect([told.decidedCount, (told.illegalCount ?? NaN) % 5]).toEqual([25, 0]);
  expect(Math.abs((told.illegalCount ?? NaN) - 20)).toBeLessThan(5);
  for (const id of ids) await decide(id, "VERDICT_NOT_ILLEGAL", 2);
  await fileReports(collections);
  expect(await outcomes("other")).toBe(25);
  expect(await feedback()).toEqual(told);
});

test("of fewer than twenty that are decided nothing is told but their number", async () => {
  await report("one", "target-1");
  await decide("target-1", "VERDICT_ILLEGAL");
  await fileReports(collections);
  clock.advance(60 * 24 * 3_600_000);
  expect(await feedback()).toMatchObject({ decidedCount: 1, illegalCount: undefined, usefulScore: undefined });
});

test("a filing tells what became of its target, whichever came first, and what is reopened is open again", async () => {
  await decide("target-1", "VERDICT_ILLEGAL");
  await fileReports(collections);
  await report("one", "target-1", "target-2");
  await fileReports(collections);
  expect(await outcomes("illegal")).toBe(1);
  await decide("target-2", "VERDICT_OUT_OF_SCOPE");
  await fileReports(collections);
  expect([await outcomes("open"), await outcomes("illegal"), await outcomes("other")]).toEqual([0, 1, 1]);
  await reopen("target-1");
  await fileReports(collections);
  expect(await outcomes("open")).toBe(1);
  expect((await collections.reports.count({ isUnfiled: true })).count).toBe(0);
  expect((await collections.targetStatus.count({ isUntold: true })).count).toBe(0);
});

test("what is reopened before all is told is open again, also where filings were told already", async () => {
  await report("one", "target-1");
  await fileReports(collections);
  await decide("target-1", "VERDICT_ILLEGAL");
  const { targetStatus } = collections;
  const dying = { pages: targetStatus.pages.bind(targetStatus), save: () => Promise.reject(new Error("ended here")) };
  await expect(fileReports({ ...collections, targetStatus: dying as never })).rejects.toThrow("ended here");
  expect(await outcomes("illegal")).toBe(1);
  await reopen("target-1");
  await fileReports(collections);
  expect(await outcomes("open")).toBe(1);
});

test("a status that release 0.2 wrote has nothing to tell", async () => {
  const facts = { caseId: "c", version: 1, episode: 1, verdict: "ILLEGAL", time: now } as const;
  await collections.targetStatus.insert("target-1", { schemaVersion: 1, case: facts });
  expect((await collections.targetStatus.count({ isUntold: true })).count).toBe(0);
  await report("one", "target-1");
  await fileReports(collections);
  expect(await outcomes("illegal")).toBe(1);
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepCases } from "@ntd/host";
import { MovableClock, sealer } from "@ntd/service";
import { openStore, type Store } from "@ntd/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepTexts } from "../src/reports/keep-texts.ts";
import { onCase } from "../src/reports/on-case.ts";
import { openCollections, type Collections } from "../src/store.ts";
import { caseOf } from "./reporting.ts";

let [dir, store, collections]: [string, Store, Collections] = [] as never;
const clock = new MovableClock(new Date("2026-01-15T12:00:00Z"));
const now = clock.now();
const keys = sealer(new Map(["2026-01", "held-2026-01"].map((id) => [id, new Uint8Array(32).fill(id.length)])));
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-intake-"));
  store = await openStore(`file:${join(dir, "store.sqlite")}`);
  collections = await openCollections(store);
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

const deps = () => ({ ...collections, clock, sealer: keys });

function report(id: string, targetId: string) {
  const address = keys.seal("", "address", now);
  return collections.reports.insert(id, {
    schemaVersion: 2,
    submitter: "spiffe://ntd/reporter/one",
    requestDigest: "",
    channel: "CHANNEL_PUBLIC",
    receivedTime: now,
    targets: [{ address, mediaType: "MEDIA_TYPE_IMAGE", fingerprints: [], targetId }],
    language: "",
    description: keys.seal("what I saw", "words", now),
  });
}

function complaint(id: string, targetId: string) {
  return collections.complaints.insert(id, {
    schemaVersion: 1,
    submitter: "spiffe://ntd/reporter/one",
    requestDigest: "",
    capacity: "CAPACITY_UPLOADER",
    receivedTime: now,
    answerTime: now,
    targetId,
    caseId: "",
    text: keys.seal("it is mine", "words", now),
    language: "",
  });
}

async function hear(version: number, legalHold: { sinceTime: Date; liftedTime: Date | undefined }, on = deps()) {
  const data = caseOf("target-1", { legalHold });
  await onCase(on)({ id: "e", verb: "updated", time: now, aggregateId: data.caseId, version, data });
}

const held = { sinceTime: now, liftedTime: undefined };
const later = () => keepCases(collections, (aCase) => keepTexts(deps(), aCase));
const described = async (id: string) => (await collections.reports.load(id))?.state.description?.keyId;
const complained = async (id: string) => (await collections.complaints.load(id))?.state.text.keyId;

test("what is there when a legal hold begins is kept by its event, what is said later by the loop, until it is lifted", async () => {
  await report("before", "target-1");
  await report("another", "target-2");
  await hear(1, held);
  expect([await described("before"), await described("another")]).toEqual(["held-2026-01", "2026-01"]);
  await complaint("after", "target-1");
  await report("after", "target-1");
  await later();
  expect([await complained("after"), await described("after")]).toEqual(["held-2026-01", "held-2026-01"]);
  await hear(2, { ...held, liftedTime: now });
  await complaint("too late", "target-1");
  await later();
  expect(await complained("too late")).toBe("2026-01");
});

test("each further event of a case under a legal hold asks for no report: there may be ten thousand", async () => {
  await report("before", "target-1");
  await hear(1, held);
  const untouched = new Proxy({}, { get: () => () => Promise.reject(new Error("reports were asked for")) }) as never;
  await hear(2, held, { ...deps(), reports: untouched, complaints: untouched });
});

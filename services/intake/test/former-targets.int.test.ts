import { randomBytes, randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formerTargetIdOf, targetIdOf } from "@ntd/address";
import { nouns } from "@ntd/bus";
import type { Running } from "@ntd/host";
import type { Sealed } from "@ntd/proto/common/v1/common";
import { Channel, type Report } from "@ntd/proto/intake/v1/report";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { ProbeReason, TargetState } from "@ntd/proto/prober/v1/target";
import { connect } from "@ntd/rpc";
import { sealAddress, sealer } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually, startTestBed, type TestBed, unobserved } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readIntakeConfig, type IntakeConfig } from "../src/config.ts";
import { start } from "../src/service.ts";
import type { StoredReport } from "../src/store.ts";

// Months of release 0.2; the first one's key is retired.
const months = { "2026-08": randomBytes(32), "2026-09": randomBytes(32), "2026-10": randomBytes(32) };
const keys = sealer(new Map(Object.entries(months)));
const at = (month: number, day: number) => new Date(Date.UTC(2026, month - 1, day));

let bed: TestBed;
let config: IntakeConfig;
let targetKey: Uint8Array;
let intake: Running;

const own = (url: string) => targetIdOf(targetKey, { fetch: url });
const former = (url: string) => formerTargetIdOf(targetKey, { fetch: url });
const sealed = (url: string, time: Date) => sealAddress(keys, { original: url, fetch: url, key: "" }, time);

/** A report as release 0.2 stored it; its event left long ago. */
function old(time: Date, ...urls: string[]): { id: string; state: StoredReport } {
  const targets = urls.map((url) => ({
    targetId: former(url),
    address: sealed(url, time),
    mediaType: "MEDIA_TYPE_IMAGE" as const,
    fingerprints: [],
  }));
  const state: StoredReport = {
    schemaVersion: 1,
    submitter: "spiffe://ntd.test/reporter/one",
    requestDigest: "",
    channel: "CHANNEL_PUBLIC",
    receivedTime: time,
    targets,
    language: "",
  };
  return { id: randomUUID(), state };
}

async function stored(...reports: { id: string; state: StoredReport }[]): Promise<void> {
  await using store = await openStore(config.storeUrl);
  // As that release declared it.
  await (await store.collection<StoredReport>({ name: "reports", fields: {} })).insertMany(reports);
}

async function submit(...urls: string[]): Promise<string[]> {
  const requestId = randomUUID();
  await using reporter = connect(ReportServiceService, {
    address: intake.address,
    identityDir: await bed.identity("reporter", "one"),
  });
  const targets = urls.map((url) => ({
    url,
    observedTime: undefined,
    mediaType: "MEDIA_TYPE_IMAGE" as const,
    fingerprints: [],
  }));
  const rest = { channel: Channel.PUBLIC, description: "", threat: undefined, language: "" };
  const { name } = await reporter.submitReport({ requestId, targets, ...rest });
  const event = await eventually("the event", async () =>
    (await bed.published(nouns.report)).find(({ data }) => name === `reports/${data.reportId}`),
  );
  return event.data.targets.map(({ targetId }) => targetId);
}

const tells = (targetId: string, version: number, address: Sealed) =>
  bed.publish(nouns.target, "present", targetId, version, {
    targetId,
    episode: 1,
    state: TargetState.PRESENT,
    reason: ProbeReason.UNSPECIFIED,
    address,
    resolvedIp: "",
    firstSeenTime: undefined,
    lastSeenTime: undefined,
    goneTime: undefined,
    slotsRequired: 3,
    content: undefined,
    vantage: "",
    probedTime: undefined,
    ...unobserved,
  });

const h = "http://h.example";
const [fetched, twin, kept] = [`${h}/o/a%2Fb.jpg`, `${h}/o/a/b.jpg`, `${h}/kept.jpg`];
const [early, newer] = [`${h}//n.jpg`, `${h}/n.jpg`];
const [concluded, told] = [`${h}/?f=a%2526b`, `${h}/?f=a%26b`];
const erased = `${h}/erased.jpg`;
let buried: { id: string; state: StoredReport };

beforeAll(async () => {
  bed = await startTestBed();
  const sealing = join(bed.dir, "months.json");
  const held = Object.entries(months).filter(([id]) => id !== "2026-08");
  await writeFile(sealing, JSON.stringify({ keys: held.map(([id, key]) => ({ id, key: key.toString("base64") })) }));
  config = { ...readIntakeConfig(await bed.environment("intake")), sealingKeysFile: sealing };
  targetKey = await readFile(config.targetKeyFile);
  buried = old(at(9, 5), twin, kept);
  await stored(
    buried,
    old(at(9, 2), fetched),
    old(at(10, 2), newer),
    old(at(9, 2), early),
    old(at(8, 2), erased),
    old(at(9, 2), concluded),
    ...Array.from({ length: 250 }, (_, i) => old(at(9, 3), `${h}/${i}`, kept)),
  );
  intake = await start(config);
});
afterAll(async () => {
  await intake[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

test("an address that release 0.2 fetches joins its target, however it is spelled", async () => {
  expect(former(fetched)).toBe(former(twin));
  const spellings = [fetched, `${h}:80/o/%61%2fb.jpg?utm_source=x#top`, kept, `${h}/7`];
  expect(await submit(...spellings)).toEqual([former(fetched), former(fetched), former(kept), former(`${h}/7`)]);
});

test("what that release merged with it, and what it never knew, are targets of their own", async () => {
  const urls = [twin, kept.replace("http:", "https:"), `${h}/new.jpg`];
  expect(await submit(...urls)).toEqual(urls.map(own));
});

test("a report whose address was never looked at is told again, with a target of its own", async () => {
  const again = await eventually("the report", async () =>
    (await bed.published(nouns.report)).find(({ data }) => data.reportId === buried.id),
  );
  expect([again.verb, again.version]).toEqual(["parted", 2]);
  expect(again.data).toMatchObject({
    receivedTime: at(9, 5),
    targets: [{ targetId: own(twin) }, { targetId: former(kept) }],
  });
});

test("the address of a newer month is the one that is fetched", async () => {
  expect(await submit(newer, early)).toEqual([former(newer), own(early)]);
});

test("where the month's key is retired nothing is joined", async () => {
  expect(await submit(erased)).toEqual([own(erased)]);
});

test("what the prober says that it fetches outweighs what the reports let conclude, and the last word counts", async () => {
  expect(await submit(concluded, told)).toEqual([former(concluded), own(told)]);
  const id = former(told);
  await tells(id, 5, sealed(told, at(9, 2)));
  await eventually("the other address", async () => (await submit(told))[0] === id);
  expect(await submit(concluded)).toEqual([own(concluded)]);
  await tells(id, 4, sealed(concluded, at(9, 2)));
  await tells(id, 6, sealed(concluded, at(8, 2)));
  await tells(id, 7, sealed(concluded, at(10, 2)));
  await eventually("the last word", async () => (await submit(concluded))[0] === id);
});

test("a target of today is its own address, whatever tells of it", async () => {
  const url = `${h}/today.jpg`;
  await tells(own(url), 1, sealed(url, at(10, 2)));
  await tells(former(`${h}/8`), 9, sealed(url, at(10, 2)));
  expect(await submit(url, `${h}/8`)).toEqual([own(url), former(`${h}/8`)]);
});

test("what was found out holds when the month's key is retired afterwards, and nothing is told twice", async () => {
  await intake[Symbol.asyncDispose]();
  const left = [{ id: "2026-10", key: months["2026-10"].toString("base64") }];
  await writeFile(config.sealingKeysFile, JSON.stringify({ keys: left }));
  intake = await start(config);
  expect(await submit(fetched, twin)).toEqual([former(fetched), own(twin)]);
  const parted = async () => (await bed.published(nouns.report)).filter(({ verb }) => verb === "parted").map(whatOf);
  // What joined by the prober's word before its last one: parted at this start, where no minute was over before.
  const all = await eventually("all is parted", async () => {
    const found = await parted();
    return found.some((one) => one.endsWith(own(told))) && found;
  });
  expect(all).toEqual([...new Set(all)]);
});

function whatOf({ data }: { data: Report }): string {
  return [data.reportId, ...data.targets.map(({ targetId }) => targetId)].join(" ");
}

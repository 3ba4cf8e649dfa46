import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formerTargetIdOf, targetIdOf } from "@ntd/address";
import { systemClock, sealAddress, sealer } from "@ntd/service";
import { openStore, type Store } from "@ntd/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { liftReports } from "../src/reports/every-minute-lift-reports.ts";
import { noteFetched, targetOf } from "../src/reports/former-target.ts";
import { openCollections, type Collections, type StoredReport } from "../src/store.ts";

const targetKey = new Uint8Array(32).fill(7);
const keys = sealer(new Map([["2026-09", new Uint8Array(32).fill(8)]]));
const never = new AbortController().signal;

const first = { fetch: "http://h.example/o/a%2Fb.jpg" };
const twin = { fetch: "http://h.example/o/a/b.jpg" };
const https = { fetch: "https://h.example/o/a/b.jpg" };
const alone = { fetch: "http://h.example/alone.jpg" };
const former = formerTargetIdOf(targetKey, first);
const own = (address: { fetch: string }) => targetIdOf(targetKey, address);

const reports = [[first], [twin, alone], [first, https], [twin]].map((addresses, i) => {
  const receivedTime = new Date(Date.UTC(2026, 8, i + 1));
  const state: StoredReport = {
    schemaVersion: 1,
    submitter: "spiffe://ntd/reporter/one",
    requestDigest: "",
    channel: "CHANNEL_PUBLIC",
    receivedTime,
    targets: addresses.map(({ fetch }) => ({
      targetId: formerTargetIdOf(targetKey, { fetch }),
      address: sealAddress(keys, { original: fetch, fetch, key: "" }, receivedTime),
      mediaType: "MEDIA_TYPE_IMAGE",
      fingerprints: [],
    })),
    language: "",
  };
  return { id: `report-${i}`, state };
});

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-lifting-"));
});
afterAll(() => rm(dir, { recursive: true }));

async function old(name: string): Promise<{ store: Store; collections: Collections }> {
  const store = await openStore(`file:${join(dir, `${name}.sqlite`)}`);
  const collections = await openCollections(store);
  await collections.reports.insertMany(reports);
  return { store, collections };
}

const target = async (...given: Parameters<typeof targetOf>) => (await targetOf(...given)).targetId;
const depsOf = (collections: Collections) => ({ ...collections, sealer: keys, targetKey, clock: systemClock });

async function left({ reports: stored }: Collections) {
  const found = await stored.find({ limit: 10 });
  return Promise.all(
    found.map(async ({ id, state }) => ({
      targets: state.targets.map(({ targetId }) => targetId),
      schemaVersion: state.schemaVersion,
      events: (await stored.outbox.read(id)).length,
    })),
  );
}

const lifted = [
  { targets: [former], schemaVersion: 2, events: 0 },
  { targets: [own(twin), formerTargetIdOf(targetKey, alone)], schemaVersion: 2, events: 1 },
  { targets: [former, own(https)], schemaVersion: 2, events: 1 },
  { targets: [own(twin)], schemaVersion: 2, events: 1 },
];

test("replicas that lift and take reports at the same time come to one end, and tell each report once", async () => {
  const { store, collections } = await old("replicas");
  await using _ = store;
  const deps = depsOf(collections);
  const asked = [first, twin, https, alone].map((address) => target(deps, address));
  const lifting = [1, 2, 3].map(() => liftReports(deps, never));
  const meanwhile = [first, twin, https, alone].map((address) => target(deps, address));
  const expected = [former, own(twin), own(https), formerTargetIdOf(targetKey, alone)];
  expect(await Promise.all(asked)).toEqual(expected);
  expect(await Promise.all(meanwhile)).toEqual(expected);
  await Promise.all(lifting);
  expect(await left(collections)).toEqual(lifted);
  expect(await Promise.all([first, twin, https, alone].map((address) => target(deps, address)))).toEqual(expected);
});

test("wherever it is cut off, the next run ends it the same way", async () => {
  for (let writes = 0; ; writes++) {
    const { store, collections } = await old(`cut-${writes}`);
    await using _ = store;
    let count = 0;
    const counted =
      <A extends unknown[], R>(write: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (count === writes) throw new Error("cut off");
        count++;
        return write(...args);
      };
    const { aliases, reports: stored } = collections;
    const cutting: Collections = {
      ...collections,
      aliases: { ...aliases, insert: counted(aliases.insert.bind(aliases)) },
      reports: { ...stored, save: counted(stored.save.bind(stored)) },
    };
    const ended = await liftReports(depsOf(cutting), never).then(
      () => true,
      () => false,
    );
    expect(await target(depsOf(collections), first)).toBe(former);
    expect(await target(depsOf(collections), twin)).toBe(own(twin));
    await liftReports(depsOf(collections), never);
    expect(await left(collections)).toEqual(lifted);
    if (ended) break;
  }
});

test("a report whose key is still to come waits, and keeps no other from being lifted", async () => {
  const { store, collections } = await old("newer");
  await using _ = store;
  const [newer] = reports.slice(-1);
  if (newer === undefined) throw new Error("no report");
  const address = sealAddress(
    sealer(new Map([["2026-11", new Uint8Array(32)]])),
    { original: "", key: "", ...alone },
    new Date(),
  );
  const targets = newer.state.targets.map((target) => ({ ...target, targetId: former.replace(/^./, "x"), address }));
  await collections.reports.insert("a-newer", { ...newer.state, targets });
  await expect(liftReports(depsOf(collections), never)).rejects.toMatchObject({ reason: "SEALING_KEY_NEWER" });
  expect((await left(collections)).map(({ schemaVersion }) => schemaVersion)).toEqual([1, 2, 2, 2, 2]);
});

test("when the prober turns out to fetch another address, the one that was thought to be fetched is parted", async () => {
  const { store, collections } = await old("contradicted");
  await using _ = store;
  const deps = depsOf(collections);
  await liftReports(deps, never);
  const [report] = reports;
  const [twins] = reports.slice(3);
  if (report === undefined || twins === undefined) throw new Error("no report");
  const joined = { ...report.state.targets[0], ...(await targetOf(deps, first)) } as StoredReport["targets"][number];
  await collections.reports.insert("z-joined", { ...report.state, schemaVersion: 2, targets: [joined] });
  const address = twins.state.targets[0]?.address;
  if (address !== undefined) await noteFetched(deps, former, address, 7);
  expect([await target(deps, first), await target(deps, twin)]).toEqual([own(first), former]);
  for (let times = 0; times < 2; times++) await liftReports(deps, never);
  expect(await left(collections)).toEqual([
    { targets: [own(first)], schemaVersion: 2, events: 1 },
    ...lifted.slice(1, 2),
    { targets: [own(first), own(https)], schemaVersion: 2, events: 2 },
    ...lifted.slice(3),
    { targets: [own(first)], schemaVersion: 2, events: 1 },
  ]);
  expect(await collections.aliases.find({ where: { isContradicted: true }, limit: 1 })).toEqual([]);
});

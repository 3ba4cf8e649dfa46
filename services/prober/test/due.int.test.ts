import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, MovableClock, type Sealer } from "@ntd/service";
import { openStore } from "@ntd/store";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { facts } from "../src/facts.ts";
import { findingFirst, findingLanes } from "../src/look/due.ts";
import { whereabouts } from "../src/look/whereabouts.ts";
import { openCollections, type Targets } from "../src/store.ts";
import { claimed } from "../src/schedule/claim.ts";
import { freeClaims } from "../src/schedule/every-minute-free-claims.ts";
import { liftSilence } from "../src/targets/every-minute-lift.ts";
import { newTarget as unreported, withReport } from "../src/schedule/schedule.ts";
import type { Reason } from "../src/targets/target-state.ts";
import { at } from "./examples.ts";

let targets: Targets;
beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-due-"));
  const store = await openStore(`file:${join(dir, "store")}`);
  onTestFinished(async () => {
    await store[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });
  ({ targets } = await openCollections(store));
});

// The host stands in the key id: what is sealed is of no concern here.
const sealer: Sealer = {
  seal: () => ({ keyId: "", nonce: new Uint8Array(), ciphertext: new Uint8Array() }),
  open: ({ keyId }) => JSON.stringify({ original: "", fetch: `http://${keyId}/`, key: "" }),
};

async function reported(host: string, lane: string, count: number, minute: number): Promise<void> {
  const documents = Array.from({ length: count }, (_, n) => {
    const id = Buffer.from(`${host} ${n}`).toString("hex").padStart(40, "0");
    const address = { keyId: host, nonce: new Uint8Array(12), ciphertext: new Uint8Array(1) };
    const report = { id: "r", receivedTime: at(minute), address, lane, trace: {} };
    const state = unreported(id, address, at(minute));
    return { id, state: withReport(state, report, at(minute)) ?? state };
  });
  await targets.insertMany(documents);
}

function choosing(minute: number, full: string) {
  const clock = new MovableClock(at(minute));
  const where = whereabouts(targets, sealer);
  const fits = (places: readonly string[]) => !places.includes(`host:${full}`);
  const taken = new Set<string>();
  return {
    clock,
    lanes: findingLanes({ targets, clock }),
    first: findingFirst({ targets, clock }, { taken, where, fits }),
    taken,
  };
}

test("lanes are found in which something is due, and no others", async () => {
  await reported("a.example", "report/a", 3, 0);
  await reported("b.example", "report/b", 1, 5);
  const { lanes, clock } = choosing(1, "");
  expect(await lanes()).toEqual(["report/a"]);
  clock.advance(10 * 60_000);
  expect(await lanes()).toEqual(["report/a", "report/b"]);
});

test("status tells how much is due, in all lanes, and since when the first of it", async () => {
  const eyes = [{ name: "plain" }, { name: "browser" }];
  const told = (minute: number) => facts({ targets, clock: new MovableClock(at(minute)), eyes });
  expect(await told(0)).toEqual({ due_looks: 0, oldest_due: undefined, eyes: "plain, browser" });
  await reported("b.example", "report/b", 2, 5);
  await reported("a.example", "report/a", 3, 7);
  await reported("c.example", "report/c", 4, 20);
  expect(await told(10)).toMatchObject({ due_looks: 5, oldest_due: at(5) });
});

test("all of many lanes are found in turn, some at each call", async () => {
  for (let n = 0; n < 40; n++) await reported(`h${n}.example`, `report/${n}`, 1, 0);
  const { lanes } = choosing(1, "");
  const found = new Set<string>();
  for (let call = 0; call < 4; call++) for (const lane of await lanes()) found.add(lane);
  expect(found.size).toBe(40);
});

test("what has room is found behind a hundred that wait for a full host", async () => {
  await reported("full.example", "report/a", 100, 0);
  await reported("free.example", "report/a", 1, 1);
  const { first, taken } = choosing(2, "full.example");
  const found = await first("report/a");
  expect(found).toMatchObject({ places: ["host:free.example"] });
  if (typeof found === "object") taken.add(found.id);
  expect(await first("report/a")).toBe("no room");
  expect(await first("report/b")).toBe("nothing due");
});

test("behind more than are read, it comes when these were put behind it, and none of them is lost", async () => {
  await reported("full.example", "report/a", 1100, 0);
  await reported("free.example", "report/a", 1, 1);
  const { first, clock } = choosing(2, "full.example");
  let found = await first("report/a");
  let tries = 1;
  for (; typeof found !== "object" && tries < 10; tries++) found = await first("report/a");
  expect(found).toMatchObject({ places: ["host:free.example"] });
  expect(tries).toBeGreaterThan(1);
  clock.advance(10 * 60_000);
  const all = await targets.count({ queue: { gte: "report/a|", lte: `report/a|${clock.now().toISOString()}` } });
  expect(all.count).toBe(1101);
});

test("a clock that was an hour ahead when a process died keeps nothing claimed once it is right", async () => {
  const leaseMs = 60_000;
  const of = async (id: string, minute: number) => {
    const address = sealer.seal("", "address", at(0));
    await targets.insert(id, claimed(unreported(id, address, at(0)), at(minute), leaseMs));
  };
  await of("a", 60);
  await of("b", 0);
  const { lanes, clock } = choosing(0, "");
  expect(await lanes()).toEqual([]);
  await freeClaims({ targets, clock, leaseMs }, new AbortController().signal);
  expect(await lanes()).toEqual(["claimed"]);
  const due = await Promise.all(["a", "b"].map(async (id) => (await targets.load(id))?.state.work.dueAt));
  expect(due).toEqual([at(0), at(1)]);
});

test("what release 0.2 called gone by silence is named as such once, and due at once", async () => {
  const address = { keyId: "k", nonce: new Uint8Array(12), ciphertext: new Uint8Array(1) };
  const gone = (reason: Reason) => ({ is: "GONE", reason, goneTime: at(1) }) as const;
  const old = { ...unreported("silent", address, at(0)), phase: gone("UNREACHABLE_TOO_LONG") };
  await targets.insert("silent", old);
  await targets.insert("gone", { ...unreported("gone", address, at(0)), phase: gone("HTTP_GONE") });
  const clock = new MovableClock(at(50));
  const deps = { targets, clock, settings: { slotsRequired: 3, vantage: "" }, log: createLog("prober", "silent") };
  for (let pass = 0; pass < 2; pass++) await liftSilence(deps, new AbortController().signal);
  const [named, other] = [await targets.load("silent"), await targets.load("gone")];
  expect(named?.state).toMatchObject({ phase: { strength: "SILENCE_0_2" }, work: { dueAt: at(50) } });
  expect([named?.version, other?.version]).toEqual([2, 1]);
});

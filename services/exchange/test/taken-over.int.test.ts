import { Resolver } from "node:dns/promises";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, MovableClock } from "@ntd/service";
import { change, openStore } from "@ntd/store";
import { SHARING_USER, startNcmecServer, startTestBed } from "@ntd/testing";
import { hostsFile } from "@ntd/wayout";
import { expect, onTestFinished, test } from "vitest";
import { connectorId } from "../src/connectors/connector-id.ts";
import { newConnector } from "../src/connectors/connector.ts";
import { connectorsIn } from "../src/connectors/connectors-file.ts";
import type { Deps } from "../src/deps.ts";
import { takeBackUntold } from "../src/mirror/take-back-untold.ts";
import { pull } from "../src/pulls/pull.ts";
import { openCollections } from "../src/store.ts";
import { MINUTE, NOW, shareEntries } from "./bed.ts";

async function opened() {
  const dir = await mkdtemp(join(tmpdir(), "ntd-taken-over-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const store = await openStore(`file:${join(dir, "store.sqlite")}`);
  onTestFinished(() => store[Symbol.asyncDispose]());
  return { dir, collections: await openCollections(store) };
}

/** A connector that is due, the exchange that it asks, and what it works with, over these collections. */
async function pullable() {
  const { dir, collections } = await opened();
  const bed = await startTestBed();
  onTestFinished(() => bed[Symbol.asyncDispose]());
  const server = await startNcmecServer(await bed.identity("service", "ncmec"));
  onTestFinished(() => server[Symbol.asyncDispose]());
  const files = { user_file: join(dir, "user"), password_file: join(dir, "password"), ca_file: server.caFile };
  await writeFile(files.user_file, SHARING_USER);
  await writeFile(files.password_file, server.password);
  await writeFile(join(dir, "hosts"), "127.0.0.1 localhost\n");
  const data = { connectors: { npo: { kind: "ncmec", set: "ncmec", url: server.url, ...files } } };
  const [config = expect.fail()] = connectorsIn(data, (at, why) => expect.fail(`${at} ${why}`));
  const id = connectorId(config);
  const clock = new MovableClock(NOW);
  await collections.connectors.insert(id, newConnector(config, NOW));
  shareEntries(server, 2, new Date(NOW.getTime() - MINUTE));
  const deps = {
    ...collections,
    clock,
    log: createLog("exchange", "silent"),
    replica: "a",
    isLive: false,
    connectorsNow: () => [config],
    kickPuller: () => undefined,
    ways: {
      dns: new Resolver(),
      hosts: hostsFile(join(dir, "hosts")),
      allowed: () => true,
      ports: [[1, 65_535]],
      clock,
    },
    sets: { getSet: async () => ({ set: { setId: "ncmec", activeReleaseId: "" } }) },
    hashlists: {},
  } as unknown as Deps;
  const state = async () => (await collections.connectors.load(id))?.state;
  return { deps, collections, config, id, server, state };
}

test("a page that comes when another replica has the connector in hand by then is noted by nobody", async () => {
  const { deps, collections, config, id, server, state } = await pullable();
  const lease = { by: "b", until: new Date(NOW.getTime() + MINUTE) };
  server.faults.push(async (answer) => {
    await change(collections.connectors, id, (before) => before && { state: { ...before, lease } });
    return answer;
  });
  await pull(deps, config, new AbortController().signal);
  expect(server.asked).toHaveLength(1);
  expect(await collections.listed.find({ limit: 10 })).toEqual([]);
  expect(await state()).toMatchObject({ lease, range: { part: { pages: 0 } } });
});

test("what fails for a reason that nobody foresaw is a fault like any other: told, given back, and tried again", async () => {
  const { deps, config, state } = await pullable();
  const insertMany = () => Promise.reject(new TypeError("nobody foresaw it"));
  await pull({ ...deps, listed: { ...deps.listed, insertMany } }, config, new AbortController().signal);
  const broken = await state();
  expect(broken).toMatchObject({ failure: { fault: "BROKE_OFF", count: 1 }, dueAt: new Date(NOW.getTime() + 5000) });
  expect([broken?.lease, broken?.range?.part.pages]).toEqual([undefined, 0]);
});

test("what a partner tells no more is taken back for as long as the connector is in hand", async () => {
  const { listed } = (await opened()).collections;
  const entry = { schemaVersion: 1, connectorId: "c", member: "1", time: NOW, code: "", isDisputed: false } as const;
  const told = ["a", "b"].map((id) => ({
    id,
    state: { ...entry, id, hashes: [`md5:${id}`], range: "r1", before: [] },
  }));
  await listed.insertMany(told);
  const hashes = async () => (await listed.find({ limit: 10 })).flatMap(({ state }) => state.hashes).length;
  expect([await takeBackUntold({ listed }, "c", "r2", AbortSignal.abort()), await hashes()]).toEqual([false, 2]);
  expect([await takeBackUntold({ listed }, "c", "r2", new AbortController().signal), await hashes()]).toEqual([
    true,
    0,
  ]);
});

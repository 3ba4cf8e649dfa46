import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { EntryServiceService, HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { connect } from "@ntd/rpc";
import { derivedId } from "@ntd/service";
import { freePort } from "@ntd/embedded";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readHashlistsConfig } from "../src/config.ts";
import { start } from "../src/service.ts";
import { HEADER, list, md5, newSet, upload, type Maintainer } from "./bed.ts";

let bed: TestBed;
let environment: Record<string, string>;
let address: string;
let anna: Maintainer;
let ben: Maintainer;
const held = new AsyncDisposableStack();
beforeAll(async () => {
  bed = held.use(await startTestBed());
  const port = await freePort();
  environment = await bed.environment("hashlists", { LISTEN: `127.0.0.1:${port}` });
  address = `localhost:${port}`;
  const person = async (name: string) =>
    held.use(connect(HashListServiceService, { address, identityDir: await bed.identity("maintainer", name) }));
  [anna, ben] = [await person("anna"), await person("ben")];
});
afterAll(() => held.disposeAsync());

const serving = () => start(readHashlistsConfig(environment));
const wait = { deadline: 20_000 };
const answered = <T>(call: () => Promise<T>) => eventually("it serves", () => call().catch(() => false as const));

/** Adds 21, tells 1 anew, removes 2. */
const DELTA = [`${HEADER},removed`, `md5,${md5(21)},,,,,,`, `md5,${md5(1)},,,,7,,`, `md5,${md5(2)},,,,,,yes`, ""].join(
  "\n",
);
const OLD = Array.from({ length: 20 }, (_, i) => `${i + 1}:1`);
const NEW = [...OLD.filter((one) => one !== "1:1" && one !== "2:1"), "1:7", "21:1"];

/** The service runs `call` and is killed at the failpoint on the way. */
async function killedAt(failpoint: string, call: () => Promise<unknown>): Promise<void> {
  const main = join(import.meta.dirname, "../src/main.ts");
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [main], { env: { PATH, ...environment, NTD_FAILPOINT: failpoint } });
  const ended = once(child, "exit");
  while (child.exitCode === null && child.signalCode === null) {
    await call().then(
      () => child.kill("SIGTERM"),
      () => delay(20),
    );
  }
  await ended;
  expect([failpoint, child.signalCode]).toEqual([failpoint, "SIGKILL"]);
}

async function prepared(): Promise<string> {
  const setId = await answered(() => newSet(anna));
  const releaseId = (await upload(anna, setId, list(20))).release?.releaseId ?? "";
  const approval = { requestId: randomUUID(), releaseId };
  await answered(() => ben.approveRelease(approval));
  await anna.activateRelease({ requestId: randomUUID(), releaseId });
  return setId;
}

/** What is in force, as a reader of the whole release and as one who followed from the beginning has it. */
async function inForce(setId: string): Promise<string[]> {
  const identityDir = await bed.identity("service", "matching");
  await using matching = connect(EntryServiceService, { address, identityDir });
  const names = new Map(Array.from({ length: 30 }, (_, n) => [derivedId("entry", setId, "MD5", md5(n)), n]));
  const sets = await answered(() => anna.listSets({ pageSize: 100, pageToken: "" }));
  const set = sets.sets.find((one) => one.setId === setId);
  const read: string[] = [];
  for await (const { entries } of matching.streamEntries({ releaseId: set?.activeReleaseId ?? "" })) {
    read.push(...entries.map(({ entryId, votes }) => `${names.get(entryId)}:${votes}`));
  }
  const followed = new Map<string, number>();
  for (let after = 0n; after < (set?.counter ?? 0n); after++) {
    const through = { setId, afterCounter: after, throughCounter: after + 1n };
    for await (const { added, changed, removedEntryIds } of matching.streamChanges(through)) {
      for (const { entryId, votes } of [...added, ...changed]) followed.set(entryId, votes);
      for (const id of removedEntryIds) followed.delete(id);
    }
  }
  const came = [...followed].map(([id, votes]) => `${names.get(id)}:${votes}`);
  expect(came.toSorted()).toEqual(read.toSorted());
  return read.toSorted();
}

describe("killed while a delta is uploaded, the old list is in force, and the same request makes it whole:", () => {
  test.each([
    // Begun; written as it was read; resolved against its base; there.
    "store.saved.releases:1",
    "store.saved.entries:1",
    "store.saved.entries:2",
    "store.saved.releases:2",
  ])("%s", async (failpoint) => {
    const requestId = randomUUID();
    const send = (setId: string) => upload(anna, setId, DELTA, { requestId, header: { kind: "UPLOAD_KIND_DELTA" } });
    let setId = "";
    {
      await using _ = await serving();
      setId = await prepared();
    }
    await killedAt(failpoint, () => send(setId));
    await using _ = await serving();
    expect(await inForce(setId)).toEqual(OLD.toSorted());
    const { release } = await answered(() => send(setId));
    expect(release).toMatchObject({ entryCount: 20n, report: { new: 1n, changed: 1n, removed: 1n } });
    expect(await inForce(setId)).toEqual(OLD.toSorted());
    const releaseId = release?.releaseId ?? "";
    await ben.approveRelease({ requestId: randomUUID(), releaseId });
    await anna.activateRelease({ requestId: randomUUID(), releaseId });
    expect(await inForce(setId)).toEqual(NEW.toSorted());
  });
});

test("killed when it was put in force, the delta is, and a repeat is answered as at first", async () => {
  let [setId, releaseId] = ["", ""];
  {
    await using _ = await serving();
    setId = await prepared();
    const { release } = await upload(anna, setId, DELTA, { header: { kind: "UPLOAD_KIND_DELTA" } });
    releaseId = release?.releaseId ?? "";
    await ben.approveRelease({ requestId: randomUUID(), releaseId });
  }
  const activation = { requestId: randomUUID(), releaseId };
  await killedAt("store.saved.sets:1", () => anna.activateRelease(activation, wait));
  await using _ = await serving();
  expect(await inForce(setId)).toEqual(NEW.toSorted());
  expect((await anna.activateRelease(activation)).release).toMatchObject({ state: "RELEASE_STATE_ACTIVE" });
});

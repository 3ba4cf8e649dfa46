import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { nouns } from "@ntd/bus";
import {
  EntryServiceService,
  HashListServiceService,
  type RevokeEntriesRequest,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import { RevocationServiceService } from "@ntd/proto/hashlists/v1/revocation_service";
import { connect } from "@ntd/rpc";
import { derivedId } from "@ntd/service";
import { freePort } from "@ntd/embedded";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readHashlistsConfig } from "../src/config.ts";
import { start } from "../src/service.ts";
import { list, md5, newSet, upload, type Maintainer } from "./bed.ts";

let bed: TestBed;
let listen: string;
let environment: Record<string, string>;
let address: string;
let anna: Maintainer;
let ben: Maintainer;
const held = new AsyncDisposableStack();
beforeAll(async () => {
  bed = held.use(await startTestBed());
  const port = await freePort();
  listen = `127.0.0.1:${port}`;
  address = `localhost:${port}`;
  const person = async (name: string) =>
    held.use(connect(HashListServiceService, { address, identityDir: await bed.identity("maintainer", name) }));
  [anna, ben] = [await person("anna"), await person("ben")];
});
// A store for each: what one person takes back alone counts for a day, in all sets together.
beforeEach(async () => {
  const storeUrl = `file:${join(bed.dir, randomUUID(), "store.sqlite")}`;
  environment = await bed.environment("hashlists", { LISTEN: listen, STORE_URL: storeUrl });
});
afterAll(() => held.disposeAsync());
const reviser = async (name: string) =>
  held.use(connect(RevocationServiceService, { address, identityDir: await bed.identity("maintainer", name) }));

const serving = () => start(readHashlistsConfig(environment));
const wait = { deadline: 20_000 };

/** Again until it is answered: a connection that broke is not there at once. */
const answered = <T>(call: () => Promise<T>) => eventually("it serves", () => call().catch(() => false as const));

/** A set with twenty entries in force, and a request to revoke so many of them. */
async function prepared(entries: number): Promise<RevokeEntriesRequest> {
  await using _ = await serving();
  const setId = await answered(() => newSet(anna));
  const { release } = await upload(anna, setId, list(20));
  const releaseId = release?.releaseId ?? "";
  const approval = { requestId: randomUUID(), releaseId };
  await answered(() => ben.approveRelease(approval));
  await anna.activateRelease({ requestId: randomUUID(), releaseId });
  const entryIds = Array.from({ length: entries }, (__, i) => derivedId("entry", setId, "MD5", md5(i + 1)));
  return {
    requestId: randomUUID(),
    setId,
    entryIds,
    fingerprints: [],
    reason: "wrong",
    cause: "REVOCATION_CAUSE_WRONG_FILE",
  };
}

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

async function requireRevokedOnce({ setId, entryIds }: RevokeEntriesRequest): Promise<void> {
  await using matching = connect(EntryServiceService, {
    address,
    identityDir: await bed.identity("service", "matching"),
  });
  const came: string[] = [];
  for await (const some of matching.streamRevocations({ setId, afterCounter: 1n })) {
    came.push(...some.entryIds);
    expect(some.throughCounter).toBe(2n);
  }
  expect(came.toSorted()).toEqual(entryIds.toSorted());
  const told = await eventually("it is told", async () => {
    const ofSet = (await bed.published(nouns.release)).filter(({ data }) => data.setId === setId);
    return ofSet.some(({ verb }) => verb === "revoked") && ofSet;
  });
  expect(told.map(({ verb }) => verb)).toEqual(["created", "activated", "revoked"]);
}

const stateOf = async (setId: string) =>
  (await anna.listRevocations({ setId, pageSize: 0, pageToken: "" }, wait)).revocations.map(({ state }) => state);
const becomesEffective = (setId: string) =>
  eventually("it takes effect", async () => (await stateOf(setId).catch(() => []))[0] === "REVOCATION_STATE_EFFECTIVE");

describe("killed before the revocation is there, nothing is revoked until it is asked for again, and it counts once:", () => {
  test.each(["store.saved.revoked:1", "store.saved.taken-alone:1"])("%s", async (failpoint) => {
    const ask = await prepared(6);
    await killedAt(failpoint, () => anna.revokeEntries(ask, wait));
    await using _ = await serving();
    expect(await answered(() => stateOf(ask.setId))).toEqual([]);
    expect((await anna.revokeEntries(ask)).revocation).toMatchObject({
      state: "REVOCATION_STATE_EFFECTIVE",
      takenAloneCount: 0n,
      counter: 2n,
    });
    await requireRevokedOnce(ask);
  });
});

describe("killed when it was frozen, it takes effect by itself, once, and the repeat is told so:", () => {
  test.each(["store.saved.revocations:1", "store.saved.sets:1", "store.saved.revocations:2"])(
    "%s",
    async (failpoint) => {
      const ask = await prepared(2);
      await killedAt(failpoint, () => anna.revokeEntries(ask, wait));
      await using _ = await serving();
      await becomesEffective(ask.setId);
      await requireRevokedOnce(ask);
      expect((await anna.revokeEntries(ask)).revocation).toMatchObject({ entryCount: 2n, counter: 2n });
      await requireRevokedOnce(ask);
    },
  );
});

describe("killed when it was approved, it takes effect by itself, once:", () => {
  test.each(["store.saved.revocations:1", "store.saved.sets:1", "store.saved.revocations:2"])(
    "%s",
    async (failpoint) => {
      const ask = await prepared(11);
      const approval = { requestId: randomUUID(), revocationId: "" };
      {
        await using _ = await serving();
        const asked = await answered(() => anna.revokeEntries(ask, wait));
        approval.revocationId = asked.revocation?.revocationId ?? "";
      }
      await killedAt(failpoint, () => ben.approveRevocation(approval, wait));
      await using _ = await serving();
      await becomesEffective(ask.setId);
      expect((await answered(() => ben.approveRevocation(approval))).revocation).toMatchObject({
        approvedBy: "maintainer/ben",
        counter: 2n,
      });
      await requireRevokedOnce(ask);
    },
  );
});

describe("killed when it was approved, a restoration takes effect by itself, once:", () => {
  test.each(["store.saved.revocations:1", "store.saved.sets:1", "store.saved.revocations:2"])(
    "%s",
    async (failpoint) => {
      const ask = await prepared(2);
      const [asker, approver] = [await reviser("anna"), await reviser("ben")];
      const word = { requestId: randomUUID(), revocationId: "" };
      {
        await using _ = await serving();
        await answered(() => anna.revokeEntries(ask, wait));
        const { cause: __, ...naming } = { ...ask, requestId: randomUUID() };
        word.revocationId = (await answered(() => asker.restoreEntries(naming))).restoration?.revocationId ?? "";
      }
      await killedAt(failpoint, () => approver.approveRestoration(word, wait));
      await using _ = await serving();
      await eventually("it takes effect", async () => {
        const states = await stateOf(ask.setId).catch(() => []);
        return states.length === 2 && states.every((state) => state === "REVOCATION_STATE_EFFECTIVE");
      });
      expect((await answered(() => approver.approveRestoration(word))).restoration).toMatchObject({
        approvedBy: "maintainer/ben",
        counter: 3n,
      });
      const told = await eventually("it is told", async () => {
        const ofSet = (await bed.published(nouns.release)).filter(({ data }) => data.setId === ask.setId);
        return ofSet.some(({ verb }) => verb === "restored") && ofSet;
      });
      expect(told.map(({ verb }) => verb)).toEqual(["created", "activated", "revoked", "restored"]);
    },
  );
});

import { randomUUID } from "node:crypto";
import type { UploadHeader } from "@ntd/proto/hashlists/v1/hash_list_service";
import { setMembers } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { activateRelease } from "../src/releases/rpc-activate-release.ts";
import { approveRelease } from "../src/releases/rpc-approve-release.ts";
import { restoreEntries } from "../src/revocations/rpc-restore-entries.ts";
import { approveRestoration } from "../src/revocations/rpc-approve-revocation.ts";
import { revokeEntries } from "../src/revocations/rpc-revoke-entries.ts";
import { createSet } from "../src/sets/rpc-create-set.ts";
import { uploadRelease } from "../src/uploads/rpc-upload-release.ts";
import { knownRevoked } from "../src/revoked/known-revoked.ts";
import { findEntries } from "../src/views/rpc-find-entries.ts";
import { listEntries } from "../src/views/rpc-list-entries.ts";
import { listConflicts } from "../src/impact/rpc-list-conflicts.ts";
import type { Deps } from "../src/deps.ts";
import { HEADER, md5, policy } from "./bed.ts";
import { calledBy, openTestDeps, sendAll, sentAs } from "./deps.ts";
import { entryOf } from "./opinions-bed.ts";

// What one look at a list may cost: documents of the store that are read for it.

const setId = "list";
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let counted: Deps;
let cost = { queries: 0, documents: 0 };
beforeEach(async () => {
  deps = await openTestDeps();
  counted = { ...deps, ...Object.fromEntries(NAMES.map((name) => [name, counting(deps[name] as object)])) };
  await createSet(deps)({ requestId: randomUUID(), setId, policy, members: setMembers("anna", "ben") }, anna);
});
afterEach(() => deps[Symbol.asyncDispose]());

const NAMES = ["entries", "revocations", "revoked", "packedSteps", "releases"] as const;

function counting(collection: object): object {
  const count = (documents: number) => {
    cost.queries++;
    cost.documents += documents;
  };
  return new Proxy(collection, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      if (key !== "pages" && key !== "find" && key !== "load") return member.bind(target) as unknown;
      if (key !== "pages") {
        return async (...args: unknown[]) => {
          const found: unknown = await (member.apply(target, args) as Promise<unknown>);
          count(Array.isArray(found) ? found.length : Number(found !== undefined));
          return found;
        };
      }
      return async function* pages(...args: unknown[]) {
        for await (const page of member.apply(target, args) as AsyncIterable<unknown[]>) {
          count(page.length);
          yield page;
        }
      };
    },
  });
}

async function costOf(look: () => Promise<unknown>): Promise<typeof cost> {
  cost = { queries: 0, documents: 0 };
  await look();
  return cost;
}

const [anna, ben] = [calledBy("maintainer/anna"), calledBy("maintainer/ben")];
const line = (n: number, votes = 1) => `md5,${md5(n)},,ncmec,A1,${votes},file ${n}`;

async function released(lines: readonly string[], kind: UploadHeader["kind"] = "UPLOAD_KIND_DELTA") {
  const { release } = await uploadRelease(deps)(sentAs({ setId, kind }, [HEADER, ...lines].join("\n")), anna);
  const releaseId = release?.releaseId ?? "";
  await approveRelease(deps)({ requestId: randomUUID(), releaseId }, ben);
  await activateRelease(deps)({ requestId: randomUUID(), releaseId }, ben);
}

const oneTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const find = (n: number) => findEntries(counted, knownRevoked(counted))({ setId, hashes: [md5(n)] }, anna);

test("a hash is looked for once in each part, however many releases lie on it", async () => {
  await released(
    oneTo(500).map((n) => line(n)),
    "UPLOAD_KIND_FULL",
  );
  const alone = await costOf(() => find(7));
  for (const n of oneTo(12)) await released([line(7, 1 + n)]);
  const { hashes } = await find(7);
  expect(hashes[0]?.entries[0]).toMatchObject({
    listedInReleases: 13,
    inForce: true,
    listed: { entry: { votes: 13 } },
  });
  const many = await costOf(() => find(7));
  expect(many.queries - alone.queries).toBeLessThanOrEqual(12 + 2);
});

test("what contradicts another set is looked for in its own buckets alone", async () => {
  await released(
    oneTo(3000).map((n) => line(n)),
    "UPLOAD_KIND_FULL",
  );
  const entries = [3, 4].map((n) => ({ entryId: entryOf(setId, n), caseCount: 1 }));
  const casework = { listConflicts: () => Promise.resolve({ entries, isMore: false }) } as unknown as Deps["casework"];
  const list = () => listConflicts({ ...counted, casework })({ setId }, anna);
  expect((await list()).conflicts.map(({ entry }) => entry?.votes)).toEqual([1, 1]);
  expect((await costOf(list)).documents).toBeLessThanOrEqual(20);
});

test("what a page looks through of a list of layers is read once, whatever its filter leaves", async () => {
  await released(
    oneTo(500).map((n) => line(n)),
    "UPLOAD_KIND_FULL",
  );
  await released(oneTo(40).map((n) => line(n, 2)));
  const chunks = (await deps.entries.count()).count;
  const any = { classification: undefined, state: "ENTRY_STATE_UNSPECIFIED", pageSize: 50, pageToken: "" } as const;
  const none = { setId, releaseId: "", ...any, algorithm: "ALGORITHM_SHA256" } as const;
  const list = listEntries(counted, knownRevoked(counted));
  const cost = await costOf(async () => expect((await list(none, anna)).entries).toEqual([]));
  expect(cost.documents).toBeLessThanOrEqual(chunks + 2);
  let [pageToken, found] = ["", 0];
  do {
    const page = await list({ ...none, algorithm: "ALGORITHM_MD5", pageToken }, anna);
    found += page.entries.length;
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  expect(found).toBe(500);
});

const revoke = (n: number) => {
  deps.clock.advance(86_400_001);
  const asked = { setId, entryIds: [entryOf(setId, n)], fingerprints: [], reason: "wrong" };
  return revokeEntries(deps)({ requestId: randomUUID(), ...asked, cause: "REVOCATION_CAUSE_WRONG_FILE" }, anna);
};
const setNow = async () => {
  const set = (await deps.sets.load(setId))?.state;
  if (set === undefined) throw new Error("there is no set");
  return set;
};

test("what is revoked is read many revocations at a time, and then only what was revoked since", async () => {
  await released(
    oneTo(200).map((n) => line(n)),
    "UPLOAD_KIND_FULL",
  );
  for (const n of oneTo(100)) {
    await revoke(n);
    await sendAll(deps, setId);
  }
  const revoked = knownRevoked(counted);
  const first = await costOf(async () => expect((await revoked(await setNow())).count).toBe(100));
  expect(first.queries).toBeLessThanOrEqual(10);
  await revoke(101);
  const next = await costOf(async () => expect((await revoked(await setNow())).count).toBe(101));
  expect(next.documents).toBeLessThanOrEqual(4);
});

test("what was given back is not known as revoked, whatever was known before", async () => {
  await released(
    oneTo(20).map((n) => line(n)),
    "UPLOAD_KIND_FULL",
  );
  const revoked = knownRevoked(deps);
  for (const n of [1, 2]) await revoke(n);
  const before = await setNow();
  expect((await revoked(before)).count).toBe(2);
  const back = { setId, entryIds: [entryOf(setId, 1)], fingerprints: [], reason: "right after all" };
  const { restoration } = await restoreEntries(deps)({ requestId: randomUUID(), ...back }, anna);
  const approved = { requestId: randomUUID(), revocationId: restoration?.revocationId ?? "" };
  await approveRestoration(deps)(approved, ben);
  await revoke(3);
  const ids = [1, 2, 3].map((n) => entryOf(setId, n));
  // Of one that knew it then, and of one that has read only what is revoked now.
  for (const known of [revoked, knownRevoked(deps)]) {
    expect((await known(await setNow())).among(ids)).toEqual(new Set(ids.slice(1)));
    expect((await known(await setNow(), before.counter)).among(ids)).toEqual(new Set(ids.slice(0, 2)));
  }
});

import { randomUUID } from "node:crypto";
import type { StreamChangesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { derivedId, MovableClock, Problem } from "@ntd/service";
import { startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { knownRevoked } from "../src/revoked/known-revoked.ts";
import { streamChanges } from "../src/entries/rpc-stream-changes.ts";
import { HEADER, md5, newSet, rolledBack, startHashlists, upload } from "./bed.ts";

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await startHashlists(bed, new MovableClock());
});
afterAll(async () => {
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

/** Puts a list into force whose lines are numbers, with their votes if those are not 1. */
async function putInForce(setId: string, entries: readonly (number | [n: number, votes: number])[]): Promise<string> {
  const { anna, ben } = hashlists;
  const lines = entries.map((one) => {
    const [n, votes] = typeof one === "number" ? [one, 1] : one;
    return `md5,${md5(n)},,,,${votes},`;
  });
  const { release } = await upload(anna, setId, [HEADER, ...lines, ""].join("\n"));
  const releaseId = release?.releaseId ?? "";
  await ben.approveRelease({ requestId: randomUUID(), releaseId });
  await anna.activateRelease({ requestId: randomUUID(), releaseId });
  return releaseId;
}

async function revoke(setId: string, ...ns: number[]): Promise<void> {
  const entryIds = ns.map((n) => derivedId("entry", setId, "MD5", md5(n)));
  await hashlists.anna.revokeEntries({
    requestId: randomUUID(),
    setId,
    entryIds,
    fingerprints: [],
    reason: "wrong",
    cause: "REVOCATION_CAUSE_WRONG_FILE",
  });
}

/** What came, each entry by its number. */
async function told(setId: string, stream: AsyncIterable<StreamChangesResponse>) {
  const numbers = new Map(Array.from({ length: 3000 }, (_, n) => [derivedId("entry", setId, "MD5", md5(n)), n]));
  const ns = (ids: string[]) => ids.map((id) => numbers.get(id)).toSorted((a = 0, b = 0) => a - b);
  const all: StreamChangesResponse[] = [];
  for await (const some of stream) all.push(some);
  const ids = (of: "added" | "changed") => all.flatMap((some) => some[of].map(({ entryId }) => entryId));
  const removed = ns(all.flatMap((some) => some.removedEntryIds));
  return { header: all[0]?.header, added: ns(ids("added")), changed: ns(ids("changed")), removed };
}

const changes = async (setId: string, after: number, through = 0) =>
  told(setId, hashlists.changes(setId, BigInt(after), BigInt(through)));

test("from any counter to any later one: releases, the way back and revocations", async () => {
  const setId = await newSet(hashlists.anna);
  const first = await putInForce(setId, [1, 2, 3, [4, 1]]); // 1
  const second = await putInForce(setId, [[4, 9], 3, 5, 6]); // 2
  await revoke(setId, 5); // 3
  await revoke(setId, 1); // 4
  await rolledBack(hashlists, setId, first); // 5

  expect(await changes(setId, 0, 1)).toMatchObject({ added: [1, 2, 3, 4], changed: [], removed: [] });
  const step = await changes(setId, 1, 2);
  expect(step).toMatchObject({ added: [5, 6], changed: [4], removed: [1, 2] });
  const inForce = {
    historyUnknown: false,
    throughCounter: 2n,
    releaseId: second,
    entryCount: 4n,
    policyChanged: false,
  };
  expect(step.header).toMatchObject({ ...inForce, policy: { owner: "Hotline" } });
  expect(step.header?.othersInBetween).toBe(true);
  expect((await changes(setId, 2, 4)).header?.othersInBetween).toBe(false);
  expect((await changes(setId, 1)).header?.othersInBetween).toBe(true);
  expect(await changes(setId, 1, 3)).toMatchObject({ added: [6], changed: [4], removed: [1, 2, 5] });
  expect(await changes(setId, 2, 4)).toMatchObject({ added: [], changed: [], removed: [1, 5] });
  expect(await changes(setId, 3)).toMatchObject({
    added: [2],
    changed: [4],
    removed: [1, 6],
    header: { releaseId: first },
  });
  expect(await changes(setId, 1)).toMatchObject({ added: [], changed: [], removed: [1, 5] });
  expect(await changes(setId, 5)).toMatchObject({
    added: [],
    changed: [],
    removed: [],
    header: { throughCounter: 5n },
  });
  expect(await changes(setId, 0)).toMatchObject({ added: [2, 3, 4], changed: [], removed: [] });
});

test("lists of many chunks are merged whatever the order of their lines", async () => {
  const setId = await newSet(hashlists.anna);
  const all = Array.from({ length: 2000 }, (_, n) => n + 1);
  await putInForce(setId, all);
  await putInForce(setId, [...all.toReversed().filter((n) => n % 100 !== 0), 2001, 2002]);
  const removed = all.filter((n) => n % 100 === 0);
  expect(await changes(setId, 1)).toMatchObject({ added: [2001, 2002], changed: [], removed });
});

test("a set without a release has no changes; one that is not there, or a counter it never had, has a name", async () => {
  const setId = await newSet(hashlists.anna);
  expect(await changes(setId, 0)).toMatchObject({
    added: [],
    removed: [],
    header: { historyUnknown: false, releaseId: "" },
  });
  const reason = (call: Promise<unknown>) => call.catch((e: unknown) => Problem.from(e).reason);
  expect(await reason(changes("nowhere", 0))).toBe("NOT_FOUND");
  expect(await reason(changes(setId, 0, 1))).toBe("WRONG_STATE");
});

test("a set of version 0.2 kept no history: of revocations since it is told all the same, else that it is unknown", async () => {
  const setId = await newSet(hashlists.anna);
  await putInForce(setId, [1, 2, 3]);
  await putInForce(setId, [2, 3, 4]);
  await revoke(setId, 2);
  const { collections, close } = await hashlists.stopped();
  await using _ = { [Symbol.asyncDispose]: close };
  const set = await collections.sets.load(setId);
  if (set === undefined) throw new Error("no set");
  const { history: __, ...old } = set.state;
  await collections.sets.save(set, old);
  const since = (counter: bigint) =>
    told(
      setId,
      streamChanges({ ...collections, revokedIn: knownRevoked(collections), findLostSoon: () => {} })({
        setId,
        afterCounter: counter,
        throughCounter: 0n,
      }),
    );
  expect(await since(2n)).toMatchObject({
    removed: [2],
    added: [],
    header: { historyUnknown: false, othersInBetween: false },
  });
  expect(await since(1n)).toMatchObject({ removed: [], added: [], header: { historyUnknown: true } });
  expect(await since(0n)).toMatchObject({ added: [3, 4] });
});

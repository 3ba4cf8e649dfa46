import { mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startThreads, type IndexThreads } from "@ntd/hammingindex";
import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { createLog, Problem } from "@ntd/service";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LoadedSet } from "../src/lists/loaded-set.ts";
import { entriesOf, type Hashlists, type Sources } from "../src/lists/set-entries.ts";
import { Snapshots } from "../src/snapshots/snapshots.ts";
import type { KnownSet } from "../src/store.ts";
import { entry, fingerprint, policy } from "./bed.ts";

// More than the sets that are searched without a thread, so that the threads' memories are used.
const COUNT = 12_000;
const hashOf = (seed: number) =>
  Uint8Array.from({ length: 32 }, (_, at) => (Math.imul(seed + 1, 0x9e3779b1 + at * 77) >>> 11) ^ (at * 0x55));
const listed: Entry[] = Array.from({ length: COUNT }, (_, i) => {
  const algorithm = i % 2 === 0 ? "ALGORITHM_PDQ" : "ALGORITHM_BLOCKHASH256";
  return entry(fingerprint(algorithm, hashOf(i), 100));
});
const floors = { pdq: 31, blockhash: 12, pdqQuality: 50, blockhashTransitions: 1 };
const known = {
  schemaVersion: 1,
  setId: "set-a",
  version: 2,
  policy: { ...policy, thresholds: floors },
  activeReleaseId: "release-1",
  entryCount: COUNT,
  counter: 1,
} as const;

let threads: IndexThreads;
/** Memories that an index, a builder or an opened snapshot has and has not given back. */
let held: number;
beforeEach(() => {
  threads = startThreads({ search: 1 });
  held = 0;
  const take = threads.memories.take.bind(threads.memories);
  const giveBack = threads.memories.giveBack.bind(threads.memories);
  threads.memories.take = (...args) => {
    held++;
    return take(...args);
  };
  threads.memories.giveBack = (memory) => {
    held--;
    giveBack(memory);
  };
});
afterEach(() => threads[Symbol.asyncDispose]());

/** Hashlists that sends the first so many entries, and then breaks off if that is asked. */
function hashlistsOf(count: number, breaks = false, throughCounter = 1n): Hashlists {
  return {
    async *streamEntries() {
      for (let at = 0; at < count; at += 1000) yield { entries: listed.slice(at, Math.min(count, at + 1000)) };
      if (breaks) throw new Error("the connection broke");
    },
    async *streamRevocations() {
      yield {
        counter: 0n,
        entryIds: [],
        throughCounter,
        cause: "REVOCATION_CAUSE_UNSPECIFIED" as const,
        revokedBy: [],
      };
    },
    async *streamStandings() {
      yield { standings: [], throughCounter };
    },
    streamChanges: () => {
      throw new Error("nobody asks");
    },
  };
}

const load = (hashlists: Hashlists, snapshots?: Sources["snapshots"], of: KnownSet = known) =>
  entriesOf(of, { hashlists, snapshots, threads }, false, new AbortController().signal);

test.each([
  ["half of whose entries come", hashlistsOf(COUNT / 2)],
  ["that breaks off", hashlistsOf(COUNT / 2, true)],
  ["whose revocations do not all come", hashlistsOf(COUNT, false, 0n)],
])("a release %s is not taken, and keeps no memory", async (_, hashlists) => {
  await expect(load(hashlists)).rejects.toThrow();
  expect(held).toBe(0);
});

test("a snapshot of which one index is broken keeps no memory of the other; the release is read", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-set-entries-"));
  const snapshots = new Snapshots(dir, threads, createLog("matching", "silent"));
  const { entries } = await load(hashlistsOf(COUNT));
  await snapshots.save(new LoadedSet(known, entries));
  await entries[Symbol.asyncDispose]();
  expect(held).toBe(0);
  const names = await readdir(dir, { recursive: true });
  const blockhash = names.find((name) => name.endsWith("blockhash.index")) ?? "";
  await truncate(join(dir, blockhash), 1000);
  expect(await snapshots.load(known)).toBeUndefined();
  expect(held).toBe(0);
  const again = await load(hashlistsOf(COUNT), snapshots);
  expect(again.entries.searchable).toBeGreaterThan(COUNT / 2);
  await again.entries[Symbol.asyncDispose]();
  expect(held).toBe(0);
  await rm(dir, { recursive: true });
});

test("a snapshot that is behind is not read while hashlists does not answer", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-set-entries-"));
  const snapshots = new Snapshots(dir, threads, createLog("matching", "silent"));
  const { entries } = await load(hashlistsOf(COUNT));
  await snapshots.save(new LoadedSet(known, entries));
  await entries[Symbol.asyncDispose]();
  const reads = vi.spyOn(snapshots, "load");
  const away = () => {
    throw new Problem("PEER_UNAVAILABLE");
  };
  const hashlists = { streamEntries: away, streamRevocations: away, streamStandings: away, streamChanges: away };
  const next = { ...known, counter: 2 };
  for (const behind of [next, { ...next, activeReleaseId: "release-2" }]) {
    await expect(load(hashlists, snapshots, behind)).rejects.toThrow(Problem);
  }
  expect(reads).not.toHaveBeenCalled();
  const kept = await load(hashlists, snapshots);
  expect([reads.mock.calls.length, kept.asked]).toEqual([1, false]);
  const brought = await load(hashlistsOf(COUNT, false, 2n), snapshots, next);
  expect([reads.mock.calls.length, brought.asked]).toEqual([2, true]);
  for (const one of [kept, brought]) await one.entries[Symbol.asyncDispose]();
  expect(held).toBe(0);
  await rm(dir, { recursive: true });
});

import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startThreads, type IndexThreads } from "@ntd/hammingindex";
import { createLog } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LoadedSet, thresholdsOf } from "../src/lists/loaded-set.ts";
import { ReleaseBuilder } from "../src/entries/release-builder.ts";
import { ReleaseChange } from "../src/entries/release-change.ts";
import { planOf } from "../src/search/search-plan.ts";
import { Snapshots } from "../src/snapshots/snapshots.ts";
import type { KnownSet } from "../src/store.ts";
import { knownFilm, seenFrames, withFilm } from "../src/search/seen-film.ts";
import { entry, fingerprint, policy, thresholds } from "./bed.ts";
import { listedFilm, scenes, seenFilm } from "./films.ts";

const classification = { scheme: "iwf", version: "", code: "A" };
// Detail enough for a blockhash, and no two alike.
const value = (bytes: number, seed: number) => Uint8Array.from({ length: bytes }, (_, at) => 0xa5 ^ (seed * (at + 3)));
const listed = [
  entry(fingerprint("ALGORITHM_SHA256", value(32, 1)), { classification }),
  entry(fingerprint("ALGORITHM_SHA1", value(20, 2))),
  entry(fingerprint("ALGORITHM_MD5", value(16, 3))),
  entry(fingerprint("ALGORITHM_PDQ", value(32, 4), 80), { classification }),
  entry(fingerprint("ALGORITHM_PDQ", value(32, 5), 90)),
  entry(fingerprint("ALGORITHM_BLOCKHASH256", value(32, 6), 100)),
  entry(listedFilm(scenes("kept", 5)), { classification }),
  entry(listedFilm(scenes("revoked", 4))),
];
const pictures = planOf(
  listed.flatMap((one) => (one.fingerprint === undefined ? [] : [{ ...one.fingerprint, quality: 100 }])),
  "exact-1",
);
const shown = knownFilm(seenFilm([...scenes("kept", 5), ...scenes("revoked", 4)])) ?? new Uint8Array();
const plan = withFilm(pictures, seenFrames(shown));
const known: KnownSet = {
  schemaVersion: 1,
  setId: "set-a",
  version: 2,
  policy,
  activeReleaseId: "release-1",
  entryCount: listed.length,
  counter: 3,
};

let dir: string;
let threads: IndexThreads;
let snapshots: Snapshots;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-snapshots-"));
  threads = startThreads({ search: 1 });
  snapshots = new Snapshots(dir, threads, createLog("matching", "silent"));
});
afterEach(async () => {
  await threads[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

async function saved(of: KnownSet = known, revoked: string[] = []): Promise<LoadedSet> {
  const builder = new ReleaseBuilder(thresholdsOf(of), { threads });
  for (const one of listed) builder.add(one);
  const entries = await builder.build();
  await entries.hide(new Set(revoked));
  entries.revokedThrough = of.counter;
  const set = new LoadedSet(of, entries);
  await snapshots.save(set);
  return set;
}

/** Every file of the one snapshot that is kept. */
async function files(): Promise<string[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

test("a set that was kept finds and tells what it did before, and nobody else may read it", async () => {
  const before = await saved();
  const entries = (await snapshots.load(known))?.entries;
  if (entries === undefined) throw new Error("nothing was kept");
  expect(entries).toMatchObject({ size: listed.length, revokedThrough: 3 });
  const hits = await new LoadedSet(known, entries).search(plan);
  expect(hits).toHaveLength(listed.length);
  expect(hits).toEqual(await before.search(plan));
  const modes = await Promise.all((await files()).map(async (file) => (await stat(file)).mode & 0o777));
  expect(modes).toEqual([0o600, 0o600, 0o600, 0o600]);
});

test("what was revoked stays so, and what comes after it can still be hidden", async () => {
  const ids = listed.map(({ entryId }) => entryId);
  await saved(known, [ids[0] ?? "", ids[3] ?? "", ids[7] ?? ""]);
  const entries = (await snapshots.load(known))?.entries;
  if (entries === undefined) throw new Error("nothing was kept");
  const set = new LoadedSet(known, entries);
  const found = async () => new Set((await set.search(plan)).map(({ entryId }) => entryId));
  expect(await found()).toEqual(new Set([ids[1], ids[2], ids[4], ids[5], ids[6]]));
  await entries.hide(new Set([ids[1] ?? "", ids[5] ?? "", ids[6] ?? ""]));
  expect(await found()).toEqual(new Set([ids[2], ids[4]]));
});

test("the policy is the one that is known now", async () => {
  await saved();
  const entries = (await snapshots.load(known))?.entries;
  if (entries === undefined) throw new Error("nothing was kept");
  const other = { ...known, policy: { ...policy, owner: "Police", minVotes: 7 } };
  expect((await new LoadedSet(other, entries).search(plan))[0]).toMatchObject({ setOwner: "Police", minVotes: 7 });
});

test("only the newest is kept of each set, whatever its name", async () => {
  const odd = { ...known, setId: "../odd" };
  await saved();
  await saved(odd);
  await saved({ ...known, counter: 4 });
  await saved({ ...known, counter: 5, activeReleaseId: "release-2" });
  expect(await files()).toHaveLength(8);
  expect(await readdir(dir)).toHaveLength(2);
  expect(await snapshots.load({ ...known, activeReleaseId: "release-2" })).toMatchObject({ counter: 5 });
  expect(await snapshots.load(odd)).toMatchObject({ counter: 3 });
});

test("of a release before it says which, and from which counter on it is to be brought up to date", async () => {
  await saved();
  const next = { ...known, activeReleaseId: "release-2", counter: 7, entryCount: 1 };
  const set = await snapshots.load(next);
  expect(set).toMatchObject({ releaseId: "release-1", counter: 3, entries: { size: listed.length } });
  expect(await snapshots.load({ ...next, counter: 3 })).toBeUndefined();
  await saved();
  expect(await snapshots.load({ ...next, restoredCounter: 6 })).toBeUndefined();
});

test("what changes while it is written is not kept; as it is then it is", async () => {
  const builder = new ReleaseBuilder(thresholdsOf(known), { threads });
  for (const one of listed) builder.add(one);
  const set = new LoadedSet(known, await builder.build());
  const [gone = listed[0]] = listed;
  const change = new ReleaseChange(set.entries);
  change.gone.add(gone?.entryId ?? "");
  const takeIn = await change.prepare({ size: 5, restored: 0, through: 4 });
  const writing = snapshots.save(set);
  takeIn();
  await writing;
  expect(await files()).toEqual([]);
  // What is searched no more says nothing of what is in force now.
  await snapshots.save(set);
  expect(await files()).toEqual([]);
  const now = { ...known, activeReleaseId: "release-2", counter: 4, entryCount: 5 };
  await snapshots.save(new LoadedSet(now, set.entries));
  const entries = (await snapshots.load(now))?.entries;
  if (entries === undefined) throw new Error("nothing was kept");
  expect(entries).toMatchObject({ size: 5, revokedThrough: 4, searchable: listed.length - 1 });
  expect(await new LoadedSet(now, entries).search(plan)).toHaveLength(listed.length - 1);
});

test("what is there is not written again; what broke off leaves nothing behind", async () => {
  const set = await saved();
  const [file = ""] = await files();
  const { mtimeMs } = await stat(file);
  await snapshots.save(set);
  expect((await stat(file)).mtimeMs).toBe(mtimeMs);
  const { index } = set.entries.near.ALGORITHM_BLOCKHASH256;
  index.save = () => Promise.reject(new Error("the disk is full"));
  set.entries.revokedThrough = 4;
  await expect(snapshots.save(set)).rejects.toThrow("the disk is full");
  expect(await readdir(join(dir, "set-set-a"))).toEqual(["release-release-1-3"]);
});

describe("a snapshot that is not what was kept is refused, removed, and can be kept again:", () => {
  const refused = async (of: KnownSet = known) => {
    expect(await snapshots.load(of)).toBeUndefined();
    expect(await files()).toEqual([]);
    await saved();
    expect(await snapshots.load(known)).toBeDefined();
  };

  test.each(["entries.bin", "pdq.index", "blockhash.index"])(
    "%s is cut short, changed, of another version, or missing",
    async (name) => {
      const file = join(dir, "set-set-a/release-release-1-3", name);
      const faults = [
        async () => truncate(file, (await stat(file)).size - 1),
        async () => changeByte(file, name === "entries.bin" ? -33 : 0),
        async () => changeByte(file, name === "entries.bin" ? 11 : -16),
        () => rm(file),
      ];
      for (const fault of faults) {
        await saved();
        await fault();
        await refused();
      }
    },
  );

  test("its files are not of one writing", async () => {
    await saved();
    const folder = join(dir, "set-set-a/release-release-1-3");
    await cp(join(folder, "pdq.index"), join(folder, "blockhash.index"));
    await refused();
  });

  test("it lies under the name of another release", async () => {
    await saved();
    const folder = join(dir, "set-set-a");
    await cp(join(folder, "release-release-1-3"), join(folder, "release-release-2-3"), { recursive: true });
    expect(await snapshots.load({ ...known, activeReleaseId: "release-2" })).toBeUndefined();
    expect(await snapshots.load(known)).toBeDefined();
  });

  test("the set's floors are other ones now, which decided what was taken in", async () => {
    await saved();
    await refused({ ...known, policy: { ...policy, thresholds: { ...thresholds, pdqQuality: 10 } } });
  });
});

async function changeByte(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  const offset = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset);
  await writeFile(file, bytes);
}

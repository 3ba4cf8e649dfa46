import { fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isStill, openRestored } from "@ntd/host";
import { systemClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { checkedCopy } from "@ntd/store/offline";
import { mountSmallDisk } from "@ntd/testing/small-disk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sealedFile, writeManifest } from "../src/backup/manifest.ts";
import { isHalfRestored, restore } from "../src/backup/restore.ts";
import { inProcess } from "./bed.ts";

interface Word {
  word: string;
}
const services = ["takedown", "prober", "casework"];
let dir: string;
let backup: string;
let data: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-restore-"));
  [backup, data] = [join(dir, "backup"), join(dir, "data")];
  mkdirSync(join(data, "keys"), { recursive: true });
  mkdirSync(backup);
  const files = [];
  for (const service of services) {
    const path = join(backup, `${service}.sqlite`);
    await written(path, "old");
    const collections = checkedCopy(path);
    files.push({ ...(await sealedFile(path)), service, collections });
    await written(join(data, "stores", service, "store.sqlite"), "new", join(data, "journal", `${service}.journal`));
  }
  const barrierTime = "2026-11-28T12:00:00.000Z";
  await writeManifest(backup, { format: 1, version: "0.3.0", barrierTime, barrierMs: 1, files });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A store with a document that protects and one that does not. */
async function written(path: string, word: string, journal?: string): Promise<void> {
  mkdirSync(join(path, ".."), { recursive: true });
  await using store = await openStore(`file:${path}`, { journal });
  const words = await store.collection<Word>({ name: "words", fields: {}, journaled: ({ word: of }) => of === "kept" });
  await words.insert("a", { word });
  const b = await words.insert("b", { word });
  if (b !== undefined && word === "new") await words.save(b, { word: "kept" });
}

async function wordsIn(service: string): Promise<(string | undefined)[]> {
  await using store = await openStore(`file:${join(data, "stores", service, "store.sqlite")}`);
  const words = await store.collection<Word>({ name: "words", fields: {} });
  return [(await words.load("a"))?.state.word, (await words.load("b"))?.state.word];
}

const from = () => inProcess(["--json", "restore", "from", backup, "--data", data]);

async function isBroughtBack(): Promise<void> {
  for (const service of services) expect([service, await wordsIn(service)]).toEqual([service, ["old", "kept"]]);
  for (const service of ["takedown", "prober"]) {
    await using store = await openStore(`file:${join(data, "stores", service, "store.sqlite")}`);
    expect(await isStill({ restored: await openRestored(store) })).toBe(true);
  }
  expect(globSync("before-*/stores/*", { cwd: data })).toHaveLength(services.length);
  expect([isHalfRestored(data), existsSync(join(data, "restored.json"))]).toEqual([false, true]);
}

test("the stores are the backup's, but for what protects; takedown and prober keep still; what stood there is aside", async () => {
  const { code, out } = await from();
  expect(code).toBe(0);
  await isBroughtBack();
  const { text, digest } = JSON.parse(out) as { text: string; digest: string };
  expect(text).toContain("casework words/b: 1, 2");
  expect(readFileSync(join(data, "restored.txt"), "utf8")).toBe(text);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
});

test("exchange keeps still where it had a store; where it never ran, there is none", async () => {
  const still = async () => {
    await using store = await openStore(`file:${join(data, "stores", "exchange", "store.sqlite")}`);
    return isStill({ restored: await openRestored(store) });
  };
  expect((await from()).code).toBe(0);
  expect(existsSync(join(data, "stores", "exchange"))).toBe(false);
  await written(join(data, "stores", "exchange", "store.sqlite"), "new");
  expect((await from()).code).toBe(0);
  expect(await still()).toBe(true);
});

test("what it tells from now on is newer than all that others remember, after a second restore of the same backup too", async () => {
  const versionOf = async () => {
    await using store = await openStore(`file:${join(data, "stores", "prober", "store.sqlite")}`);
    const words = await store.collection<Word>({ name: "words", fields: {} });
    return (await words.load("a"))?.version ?? 0;
  };
  const at = (day: number) => ({ now: () => new Date(Date.UTC(2026, 10, day)) });
  await restore({ backup, dir: data, clock: at(29) });
  const first = await versionOf();
  expect(first).toBeGreaterThan(1_000_000);
  await restore({ backup, dir: data, clock: at(30) });
  expect(await versionOf()).toBe(first + 86_400);
});

const manifestOf = () =>
  JSON.parse(readFileSync(join(backup, "manifest.json"), "utf8")) as { files: { service: string }[] };
const writeManifestOf = (some: unknown) => writeFileSync(join(backup, "manifest.json"), JSON.stringify(some));

test("a service that the backup does not have begins anew, by its journal, and keeps still; what else lies in it counts for nothing", async () => {
  const { files, ...rest } = manifestOf();
  writeManifestOf({ ...rest, files: files.filter(({ service }) => service !== "takedown") });
  writeFileSync(join(backup, "notes.txt"), "of whoever made it");
  const { code, out } = await from();
  expect(code).toBe(0);
  expect((JSON.parse(out) as { text: string }).text).toMatch(
    /takedown: not in the backup; it begins anew\n.*takedown words: 2, 0/,
  );
  expect(await wordsIn("takedown")).toEqual([undefined, "kept"]);
  await using store = await openStore(`file:${join(data, "stores", "takedown", "store.sqlite")}`);
  expect(await isStill({ restored: await openRestored(store) })).toBe(true);
});

test.each([
  ["is cut off", (text: string) => text.slice(0, 100)],
  ["is nothing", () => "null"],
  ["names no files", (text: string) => JSON.stringify({ ...(JSON.parse(text) as object), files: undefined })],
  ["has files without a name", (text: string) => JSON.stringify({ ...(JSON.parse(text) as object), files: [null] })],
  ["has no time", (text: string) => text.replace("2026-11-28T12", "yesterday")],
  ["leads out of the backup", (text: string) => text.replaceAll("casework.sqlite", "../backup/casework.sqlite")],
  ["leads out of the platform's folder", (text: string) => text.replaceAll('"casework"', '"../../casework"')],
])("a manifest that %s is refused, and changes nothing", async (_what, garbled) => {
  const file = join(backup, "manifest.json");
  writeFileSync(file, garbled(readFileSync(file, "utf8")));
  const { code, err } = await inProcess(["restore", "from", backup, "--data", data]);
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/FIELD_INVALID: manifest\.json of .* is not as the backup wrote it/),
  ]);
  expect([await wordsIn("casework"), isHalfRestored(data)]).toEqual([["new", "kept"], false]);
});

test("half restored from one backup, another is not brought back before that has ended", async () => {
  const other = join(dir, "other");
  cpSync(backup, other, { recursive: true });
  await killed("restore.aside");
  const refused = await inProcess(["restore", "from", other, "--data", data]);
  expect([refused.code, refused.err]).toEqual([
    1,
    expect.stringContaining(`WRONG_STATE: ${data} is half restored from ${backup}`),
  ]);
  rmSync(backup, { recursive: true });
  expect((await from()).code).toBe(0);
  await isBroughtBack();
  expect((await inProcess(["restore", "from", other, "--data", data])).code).toBe(0);
});

test("a folder that is not there is no platform's", async () => {
  const { code, err } = await inProcess(["restore", "from", backup, "--data", join(dir, "missing")]);
  expect([code, err]).toEqual([2, expect.stringContaining("missing is not there; name the platform's folder")]);
});

test("a full disk is named, and nothing of what was begun is left on it", async (context) => {
  const disk = mountSmallDisk(join(dir, "small"), 2);
  if (typeof disk === "string") return context.skip(disk);
  using _ = disk;
  cpSync(data, join(dir, "small"), { recursive: true });
  data = join(dir, "small");
  disk.fill();
  const { code, err } = await inProcess(["restore", "from", backup, "--data", data]);
  disk.clear();
  expect([code, err]).toEqual([3, expect.stringMatching(/STORE_FULL: There is no room in .*Make room/)]);
  expect(existsSync(join(data, "restoring"))).toBe(false);
  expect((await from()).code).toBe(0);
  await isBroughtBack();
});

async function killed(point: string): Promise<void> {
  const env = { ...process.env, NTD_FAILPOINT: `${point}:1` };
  const main = join(import.meta.dirname, "../src/ntd.ts");
  const child = fork(main, ["restore", "from", backup, "--data", data], { env, stdio: "ignore" });
  expect((await once(child, "exit"))[1]).toBe("SIGKILL");
}

test.each(["restore.staged", "restore.aside", "restore.in-place"])(
  "killed at %s: it is known to be half done, and the next one ends it",
  async (point) => {
    await killed(point);
    expect(isHalfRestored(data)).toBe(true);
    expect((await from()).code).toBe(0);
    await isBroughtBack();
  },
  60_000,
);

test("a changed backup, one of another format, one without a manifest and a folder without keys change nothing", async () => {
  const file = join(backup, "casework.sqlite");
  const bytes = readFileSync(file);
  writeFileSync(file, Buffer.concat([bytes, Buffer.of(0)]));
  const refused = () => restore({ backup, dir: data, clock: systemClock }).catch((error: Error) => error.message);
  expect(await refused()).toContain("casework.sqlite");
  writeFileSync(file, bytes);
  await rm(join(data, "keys"), { recursive: true });
  expect(await refused()).toContain("has no keys");
  const manifest = JSON.parse(readFileSync(join(backup, "manifest.json"), "utf8")) as object;
  writeFileSync(join(backup, "manifest.json"), JSON.stringify({ ...manifest, format: 2, version: "9.0.0" }));
  mkdirSync(join(data, "keys"));
  expect(await refused()).toMatch(/format 2.*release 9\.0\.0/);
  await rm(join(backup, "manifest.json"));
  expect(await refused()).toContain("no whole backup");
  expect(await wordsIn("casework")).toEqual(["new", "kept"]);
});

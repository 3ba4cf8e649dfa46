import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { toldOfChanges } from "../src/process/told.ts";
import { watchFiles, type Watched } from "../src/process/watched-file.ts";
import { watchSealingKeys } from "../src/secrets/sealed.ts";
import { createLog } from "../src/telemetry/log.ts";

const HOUR_MS = 3_600_000;
let dir: string;
let path: string;
let lines: Record<string, unknown>[];
const log = createLog("test", "info", { write: (line) => void lines.push(JSON.parse(line)) });
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-watch-"));
  path = join(dir, "number");
  lines = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A file that holds a number; anything else cannot be used. */
function watchNumber(at = path, looks = { count: 0 }, periodMs = 5): Watched<number> {
  const read = () => {
    looks.count += 1;
    const text = readFileSync(at, "utf8");
    // Empty is what a file is while it is written over.
    if (!/^\d+$/.test(text)) throw new Error("no number");
    return Number(text);
  };
  return watchFiles({ what: "the number", paths: [at], log, read, periodMs });
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within thirty seconds: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const errors = () => lines.filter((line) => line["level"] === 50 || line["level"] === "error");

test("a file that is written over, renamed over or swapped by its folder's link is read again", async () => {
  for (const [folder, text] of [
    ["one", "3"],
    ["two", "4"],
  ] as const) {
    await mkdir(join(dir, folder));
    await writeFile(join(dir, folder, "number"), text);
    // Equal in size and time: the inode alone tells them apart, as in a volume of secrets.
    await utimes(join(dir, folder, "number"), 1000, 1000);
  }
  await writeFile(path, "1");
  using written = watchNumber();
  const told: number[] = [];
  written.onChange((number) => void told.push(number));
  // At once: nobody looks while it is empty.
  writeFileSync(path, "20");
  await until(() => written.value === 20);
  await writeFile(`${path}.new`, "21");
  await rename(`${path}.new`, path);
  await until(() => written.value === 21);
  expect(told).toEqual([20, 21]);

  await symlink("one", join(dir, "data"));
  using linked = watchNumber(join(dir, "data", "number"));
  expect(linked.value).toBe(3);
  await symlink("two", join(dir, "data.new"));
  await rename(join(dir, "data.new"), join(dir, "data"));
  await until(() => linked.value === 4);
  expect(errors()).toEqual([]);
});

test("where the system tells of changes nobody waits for the next look, before and after each", async () => {
  await writeFile(path, "1");
  const looks = { count: 0 };
  using watched = watchNumber(path, looks, HOUR_MS);
  for (const number of [2, 3, 4]) {
    // At once: under load it may be looked at between two of its steps.
    writeFileSync(path, String(number));
    await until(() => watched.value === number);
    await writeFile(`${path}.new`, String(number + 10));
    await rename(`${path}.new`, path);
    await until(() => watched.value === number + 10);
  }
  // What is written beside it is not looked at.
  await writeFile(join(dir, "other"), "x");
  writeFileSync(path, "5");
  await until(() => watched.value === 5);
  expect(looks.count).toBe(8);
  expect(errors()).toEqual([]);
});

test("a folder that is put in another's place is found by looking, and then told of again", async () => {
  const folder = join(dir, "folder");
  await mkdir(folder);
  await writeFile(join(folder, "number"), "1");
  using watched = watchNumber(join(folder, "number"));
  await rename(folder, join(dir, "earlier"));
  await mkdir(folder);
  await writeFile(join(folder, "number"), "2");
  await until(() => watched.value === 2);
});

test("what is reached by a link, or is not there, is not told of: it is looked at", async () => {
  await writeFile(join(dir, "real"), "1");
  await symlink("real", path);
  const look = () => undefined;
  expect(toldOfChanges([join(dir, "real"), path], look)).toBeUndefined();
  expect(toldOfChanges([join(dir, "none")], look)).toBeUndefined();
  using told = toldOfChanges([join(dir, "real")], look);
  expect(told).toBeDefined();
});

test("a file that is broken or gone leaves the last value in force, with one line until it is mended", async () => {
  await writeFile(path, "1");
  const looks = { count: 0 };
  using watched = watchNumber(path, looks);
  await writeFile(path, "broken");
  await until(() => looks.count > 5);
  await rm(path);
  await until(() => lines.length > 0);
  const seen = looks.count;
  await writeFile(path, "broken again");
  await until(() => looks.count > seen + 5);
  expect(watched.value).toBe(1);
  expect(errors()).toHaveLength(1);
  await writeFile(path, "2");
  await until(() => watched.value === 2);
  await writeFile(path, "broken");
  await until(() => errors().length === 2);
});

test("what stays broken is read ever more seldom, and at once when it changes", async () => {
  await writeFile(path, "1");
  const looks = { count: 0 };
  using watched = watchNumber(path, looks);
  await writeFile(path, "broken");
  const before = Date.now();
  // After 1, 2, 4, 8 and 16 looks that pass, five milliseconds each; it may have been looked at while it was written.
  await until(() => looks.count >= 8);
  expect(Date.now() - before).toBeGreaterThanOrEqual(100);
  await writeFile(path, "2");
  await until(() => watched.value === 2);
  expect(errors()).toHaveLength(1);
});

test("a file that cannot be used at the start refuses to start, and one that is no longer watched is left alone", async () => {
  expect(() => watchNumber()).toThrow(/the number: .*number cannot be read/);
  await writeFile(path, "broken");
  expect(() => watchNumber()).toThrow("no number");
  await writeFile(path, "1");
  const looks = { count: 0 };
  watchNumber(path, looks)[Symbol.dispose]();
  await writeFile(path, "2");
  using other = watchNumber();
  await writeFile(path, "3");
  await until(() => other.value === 3);
  expect(looks.count).toBe(1);
});

test("sealing keys: a new month opens without a restart, a newer one than ours may come yet, an older one is gone", async () => {
  const keys = (...ids: string[]) =>
    JSON.stringify({ keys: ids.map((id) => ({ id, key: Buffer.alloc(32, id).toString("base64") })) });
  const sealedIn = async (id: string) => {
    await writeFile(join(dir, "all"), keys(id));
    using one = watchSealingKeys(join(dir, "all"), log);
    return one.seal(id, "words", new Date(`${id}-15T00:00:00Z`));
  };
  const [october, november, december] = [
    await sealedIn("2026-10"),
    await sealedIn("2026-11"),
    await sealedIn("2026-12"),
  ];
  await writeFile(path, keys("2026-11"));
  using ours = watchSealingKeys(path, log);
  expect(ours.open(november)).toBe("2026-11");
  expect(() => ours.open(october)).toThrow(
    expect.objectContaining({ reason: "SEALING_KEY_MISSING", handling: "terminal" }),
  );
  expect(() => ours.open(december)).toThrow(
    expect.objectContaining({ reason: "SEALING_KEY_NEWER", handling: "retry" }),
  );

  await writeFile(path, keys("2026-11", "2026-12"));
  const before = Date.now();
  await until(() => ours.seal("", "words", new Date("2026-12-01T00:00:00Z")).keyId === "2026-12");
  expect(Date.now() - before).toBeLessThan(2000);
  expect(ours.open(december)).toBe("2026-12");
  // JSON.parse quotes what it cannot read; a key has no business in a log.
  await writeFile(path, '{"keys": c2VjcmV0c2VjcmV0}');
  await until(() => errors().length === 1);
  expect(JSON.stringify(lines)).not.toContain("2VjcmV0");
  expect(errors()[0]).toMatchObject({
    why: expect.stringContaining(`${path} cannot be read as a file of sealing keys`),
  });
  expect(ours.open(december)).toBe("2026-12");
});

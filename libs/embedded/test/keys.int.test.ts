import { renameSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { createKeys, lostKeys } from "../src/keys.ts";

vi.mock("node:fs/promises", { spy: true });

test("each key file comes whole into its place, and a second start keeps it", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-keys-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const files = Object.values(await createKeys(dir));
  const contents = () => Promise.all(files.map((file) => readFile(file, "base64")));
  expect(vi.mocked(writeFile).mock.calls).toEqual([]);
  const placed = vi.mocked(rename).mock.calls.map(([, to]) => String(to));
  expect(new Set(placed)).toEqual(new Set(files));
  const before = await contents();
  await createKeys(dir);
  expect(await contents()).toEqual(before);
});

test("a key that was there and is gone is told, and made anew only once it is given up", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-keys-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  expect(lostKeys(dir, false)).toEqual([]);
  const { mark, sealing } = await createKeys(dir);
  expect(lostKeys(dir, true)).toEqual([]);
  await rm(mark);
  await rm(sealing);
  expect(lostKeys(dir, false)).toEqual([sealing, mark]);
  await writeFile(`${mark}.lost`, "");
  expect(lostKeys(dir, false)).toEqual([sealing]);
});

test("where all are gone, and stores stand, those of every release are missing", async () => {
  expect(lostKeys("/nowhere", true).map((file) => basename(file))).toEqual([
    "sealing-keys.json",
    "target-key",
    "signing-key.json",
  ]);
});

test.each(["first", "second", "third"])("a start that is killed at the %s key is no loss", async (nth) => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-keys-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const killed = ["first", "second", "third"].indexOf(nth);
  const placed = vi.mocked(rename).mock.calls.length;
  vi.mocked(rename).mockImplementation(async (from, to) => {
    if (vi.mocked(rename).mock.calls.length > placed + killed) throw new Error("killed");
    renameSync(from, to);
  });
  onTestFinished(() => void vi.mocked(rename).mockReset());
  await expect(createKeys(dir)).rejects.toThrow("killed");
  expect(lostKeys(dir, false)).toEqual([]);
});

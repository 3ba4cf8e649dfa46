import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeWhole } from "../src/index.ts";

const dir = await mkdtemp(join(tmpdir(), "ntd-whole-"));
afterAll(() => rm(dir, { recursive: true }));

test("a file that was open to others is its owner's alone, and nothing is left beside it", async () => {
  const path = join(dir, "keys.json");
  await writeFile(path, "old", { mode: 0o644 });
  await writeWhole(path, "new");
  expect([await readFile(path, "utf8"), (await stat(path)).mode & 0o777]).toEqual(["new", 0o600]);
  expect(await readdir(dir)).toEqual(["keys.json"]);
});

test("many writers at once: one of them is there, whole", async () => {
  const path = join(dir, "many");
  const texts = Array.from({ length: 20 }, (_, n) => String(n).repeat(10_000));
  await Promise.all(texts.map((text) => writeWhole(path, text)));
  expect(texts).toContain(await readFile(path, "utf8"));
});

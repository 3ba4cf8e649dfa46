import { chmod, link, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSealingKeys, withMonth, writeSealingKeys } from "@ntd/service";

let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), "ntd-sealing-keys-"))));
afterAll(() => rm(dir, { recursive: true }));

test("a month's keys are one for each class and one for what is held, and what is there stays", () => {
  const november = withMonth([], "2026-11");
  expect(november.map(({ id }) => id)).toEqual(["address-2026-11", "contact-2026-11", "words-2026-11", "held-2026-11"]);
  expect(new Set(november.map(({ key }) => key)).size).toBe(4);
  expect(withMonth(november, "2026-11")).toEqual(november);
  expect(withMonth(november, "2026-12").slice(0, 4)).toEqual(november);
});

test("a key file is its owner's alone, and one that is shared stays so", async () => {
  const file = join(dir, "private.json");
  const mode = async () => ((await stat(file)).mode & 0o777).toString(8);
  await writeSealingKeys(file, withMonth([], "2026-11"));
  expect(await mode()).toBe("600");
  await chmod(file, 0o640);
  // Left behind by a crash, and open to all.
  await writeFile(`${file}.new`, "half", { mode: 0o644 });
  await writeSealingKeys(file, withMonth(readSealingKeys(file), "2026-12"));
  expect(await mode()).toBe("640");
  expect(readSealingKeys(file).length).toBe(8);
  expect(await readdir(dir)).toEqual(["private.json"]);
});

test("a key that is taken out is overwritten where it lay", async () => {
  const [file, itsBytes] = [join(dir, "erased.json"), join(dir, "its-bytes")];
  const [erased, ...left] = withMonth([], "2026-11");
  await writeSealingKeys(file, [...left, ...(erased ? [erased] : [])]);
  await link(file, itsBytes);
  await writeSealingKeys(file, left);
  expect(readSealingKeys(file)).toEqual(left);
  expect((await readFile(itsBytes)).every((byte) => byte === 0)).toBe(true);
});

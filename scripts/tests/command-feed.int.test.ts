import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const md5 = (n: number) => n.toString(16).padStart(32, "0");

test("feed watermarks says whose copy a list is, however long it is", async () => {
  const file = join(bed.dir, "leak.csv");
  const lines = Array.from({ length: 1500 }, (_, n) => `md5,${md5(n)},,,,,`);
  await writeFile(file, ["algorithm,value,quality,scheme,code,votes,source_id", ...lines].join("\n"));
  bed.answers.set("findWatermarks", ({ fingerprints }: { fingerprints: unknown[] }) => ({
    found: fingerprints.length === 500 ? [{ index: 7, setId: "known", recipient: "partner/nl" }] : [],
  }));
  const { out } = await bed.ntd("feed", "watermarks", file);
  expect(out).toMatch(new RegExp(`\npartner/nl +known +md5 +${md5(1007)}\n$`));
  expect(bed.arrived).toHaveLength(2);
  await writeFile(file, "");
  expect((await bed.ntd("feed", "watermarks", file)).code).toBe(2);
});

test("feed keys prints what partners pin", async () => {
  bed.answers.set("listFeedKeys", { jwksJson: '{"keys":[]}' });
  expect((await bed.ntd("feed", "keys")).out).toBe('{"keys":[]}\n');
});

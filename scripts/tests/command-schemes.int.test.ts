import { afterAll, beforeAll, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

const scheme = (name: string, code: string, change: object = {}) => ({
  scheme: name,
  version: "1",
  title: `the ${name}`,
  isNational: false,
  isForLists: false,
  source: `who made ${name}`,
  codes: [{ code, title: `what ${code} is`, isIllegal: true, urgency: 1 }],
  ...change,
});
const said = (name: string, code: string) => ({ scheme: name, version: "1", code });
const schemes = [
  scheme("national", "A1", { isNational: true }),
  scheme("hotlines", "A"),
  scheme("lists", "7", { isForLists: true, unverified: "hearsay" }),
];
const neighbours = [
  {
    of: said("national", "A1"),
    neighbour: said("hotlines", "A"),
    relation: "CLASSIFICATION_RELATION_NARROWER",
    loses: ["act", "age"],
    source: "a lawyer",
    unverified: "not read by others",
  },
];

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
  bed.answers.set("listSchemes", { schemes, neighbours });
});
afterAll(() => bed[Symbol.asyncDispose]());

test("schemes lists the codes as they are typed, those that a decision may name", async () => {
  const { out } = await bed.ntd("schemes");
  expect(out).toMatch(/national:1:A1 +what A1 is +illegal, national\n/);
  expect(out).not.toContain("lists:1:7");
});

test("schemes show tells all of them, who made them, and what nobody should rely on", async () => {
  const { out } = await bed.ntd("schemes", "show");
  expect(out).toMatch(
    /the lists; who made lists; of lists alone; NOT VERIFIED: hearsay\n.*\nlists:1:7 +what 7 is +illegal +1\n/,
  );
  expect((await bed.ntd("schemes", "show", "hotlines")).out).not.toContain("national");
  const { code, err } = await bed.ntd("schemes", "show", "others");
  expect([code, err]).toEqual([2, expect.stringContaining("is none of national, hotlines, lists")]);
});

test("schemes map tells what stands beside a code, what that loses and who says so; never a code in its place", async () => {
  for (const name of ["national:1:A1", "national:A1"]) {
    expect((await bed.ntd("schemes", "map", name)).out).toMatch(
      /national:1:A1 +hotlines:1:A +narrower +act, age +a lawyer +not read by others\n$/,
    );
  }
  expect((await bed.ntd("schemes", "map", "lists:7")).out).toBe("no scheme says anything beside it\n");
  for (const name of ["national:2:A1", "A1", "national:1:A1:x", "national:A2"]) {
    const { code, err } = await bed.ntd("schemes", "map", name);
    expect([code, err]).toEqual([2, expect.stringContaining("ntd schemes show")]);
  }
});

import { Notice } from "@ntd/proto/takedown/v1/notice";
import { Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => {
  bed.arrived.splice(0);
  bed.answers.set("getImpact", { counts: [{ standing: "STANDING_IN_FORCE", count: 2, restingCount: 1 }] });
  bed.answers.set("listImpact", { cases: [one], nextPageToken: "" });
  bed.answers.set("listNotices", { notices: [notice], nextPageToken: "" });
});
afterAll(() => bed[Symbol.asyncDispose]());

const one = {
  caseId: "case-1",
  state: "CASE_STATE_AUTO_DECIDED",
  standing: "STANDING_IN_FORCE",
  decisionId: "d1",
  verdict: "VERDICT_ILLEGAL",
  decidedBy: "machine",
  decidedTime: new Date(0),
  restsOnCause: true,
};
const notice = { ...Notice.decode(new Uint8Array()), providerId: "alpha", state: "NOTICE_STATE_ANSWERED" };

test("impact tells how many cases stand where, and each with its notices", async () => {
  const { out } = await bed.ntd("impact", "entry", "national", "entry-1");
  expect(out).toMatch(/^stands +cases +rest on it alone\nin-force +2 +1\n\n/);
  expect(out).toMatch(/\ncase-1 +auto-decided +in-force +illegal +machine +1970\S+ +yes +alpha answered\n$/);
  expect(bed.arrived.map(({ request }) => request)).toMatchObject([
    { cause: { what: { $case: "entry", value: { setId: "national", entryId: "entry-1" } } } },
    { cause: { what: { $case: "entry" } }, pageSize: 200 },
    { caseId: "case-1" },
  ]);
});

test.each([
  ["release", "releaseId"],
  ["set", "setId"],
  ["rule", "rule"],
  ["person", "person"],
  ["case", "caseId"],
])("impact %s names its cause", async (word, $case) => {
  await bed.ntd("impact", word, "x");
  expect(bed.arrived[0]?.request).toMatchObject({ cause: { what: { $case, value: "x" } } });
});

test("to who may not see notices it tells the cases alone, and says so", async () => {
  bed.answers.set("listNotices", new Problem("NOT_ALLOWED"));
  const { out, code } = await bed.ntd("impact", "set", "national");
  expect([code, out]).toEqual([0, expect.stringMatching(/yes\nTheir notices are for operators.\n$/)]);
  expect(JSON.parse((await bed.ntd("impact", "set", "national", "--json")).out)).toMatchObject({
    counts: [{ count: 2 }],
    cases: [{ caseId: "case-1" }],
    more: false,
  });
});

test("where nothing was caused, it says so", async () => {
  bed.answers.set("getImpact", { counts: [] });
  bed.answers.set("listImpact", { cases: [], nextPageToken: "" });
  expect((await bed.ntd("impact", "person", "ann")).out).toBe("nothing hits it or was decided by it\n");
});

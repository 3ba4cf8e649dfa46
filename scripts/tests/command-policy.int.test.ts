import { afterAll, beforeAll, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

test("policy differences lists what would wait today, and says when there is none", async () => {
  const decidedTime = new Date(0);
  const one = { caseId: "case-1", decisionId: "d1", decidedTime, basis: "MD5 distance 0 of 0" };
  const differences = [{ ...one, wouldWaitBecause: "QUEUE_REASON_WEAK_EQUALITY" }];
  bed.answers.set("listPolicyDifferences", { differences, nextPageToken: "" });
  expect((await bed.ntd("policy", "differences")).out).toMatch(
    /\ncase-1 +1970-\S+ +weak-equality +MD5 distance 0 of 0\n$/,
  );
  bed.answers.set("listPolicyDifferences", { differences: [], nextPageToken: "" });
  expect((await bed.ntd("policy", "differences")).out).toContain("machines would decide all the same today");
});

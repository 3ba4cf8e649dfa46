import { Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

test("withdrawal reopen puts what rests on a cause in doubt, and says what is in force still", async () => {
  bed.answers.set("reopenCases", { reopenedCount: 40, leftCount: 1 });
  const { out } = await bed.ntd("withdrawal", "reopen", "entry", "national", "entry-1", "--reason", "a cartoon");
  expect(out).toBe("40 in doubt now, 1 that rest on it alone are in force still\n");
  const cause = { what: { $case: "entry", value: { setId: "national", entryId: "entry-1" } } };
  expect(bed.arrived).toMatchObject([{ request: { cause, reason: "a cartoon" } }]);
  expect((await bed.ntd("withdrawal", "reopen", "person", "ann")).code).toBe(2);
});

test("withdrawal list shows each picture once", async () => {
  const one = { picture: "p1", caseCount: 3, decidedOtherwiseCount: 1, ownWordCount: 0, exampleCaseId: "case-1" };
  bed.answers.set("listWithdrawals", { pictures: [one], nextPageToken: "", isMore: false });
  expect((await bed.ntd("withdrawal", "list", "set", "national")).out).toMatch(/\np1 +3 +1 +0 +case-1\n$/);
  bed.answers.set("listWithdrawals", { pictures: [], nextPageToken: "", isMore: false });
  expect((await bed.ntd("withdrawal", "list", "person", "ann")).out).toBe("nothing of it is in doubt\n");
});

test("withdrawal confirm names its pictures, and says which have changed", async () => {
  bed.answers.set("confirmWithdrawals", { withdrawnCount: 2, leftCount: 1, changedPictures: ["p2"] });
  const what = ["withdrawal", "confirm", "release", "rel-1", "--picture", "p1", "p2", "--reason", "seen"];
  expect((await bed.ntd(...what)).out).toBe("2 withdrawn, 1 left\nnot as they are listed now, and left alone: p2\n");
  expect(bed.arrived).toMatchObject([{ request: { pictures: ["p1", "p2"], reason: "seen" } }]);
  bed.answers.set("confirmWithdrawals", new Problem("SAME_PERSON", "This takes a second person."));
  const { code, err } = await bed.ntd(...what);
  expect([code, err]).toEqual([1, "ntd: SAME_PERSON: This takes a second person.\n"]);
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
  bed.answers.set("decideCase", { case: undefined });
});
beforeEach(() => {
  bed.arrived.splice(0);
  delete bed.typed.lines;
  bed.answers.set("getCluster", cluster());
});
afterAll(() => bed[Symbol.asyncDispose]());

const member = (caseId: string, distance: number, change = {}) => ({
  caseId,
  distance,
  state: "CASE_STATE_QUEUED",
  verdict: "VERDICT_UNSPECIFIED",
  isDecidedWith: false,
  ...change,
});
const decided = { state: "CASE_STATE_DECIDED", verdict: "VERDICT_ILLEGAL", isDecidedWith: true };
function cluster(change = {}) {
  const same = [member("s1", 0), member("s2", 16), member("s3", 3, decided)];
  return { same, likely: [member("l1", 17), member("l2", 31)], isCut: false, leftOut: [], ...change };
}

const said = ["--expected-version", "1", "--verdict", "illegal", "--basis", "section 4", "--reason", "seen"];
async function confirmed(...options: string[]) {
  const ended = await bed.ntd("case", "decide", "case-1", ...said, ...options);
  const request = bed.arrived.find(({ method }) => method === "decideCase")?.request as
    | { cluster?: object }
    | undefined;
  return { ...ended, cluster: request?.cluster };
}

test("case cluster shows both groups, and what became of the list that was confirmed", async () => {
  bed.answers.set(
    "getCluster",
    cluster({ leftOut: [{ caseId: "s9", reason: "LEFT_OUT_REASON_CLAIMED" }], decidedCount: 1 }),
  );
  const { out } = await bed.ntd("case", "cluster", "case-1");
  expect(out).toMatch(/the same picture\n.*\ns1 +0 +queued\n(.*\n)*s3 +3 +decided +illegal +yes\n/);
  expect(out).toMatch(
    /likely the same\n.*\nl1 +17 +queued\n(.*\n)*1 decided with it, 1 left out\n(.*\n)*s9 +claimed\n/,
  );
  bed.answers.set("getCluster", cluster({ same: [], likely: [], isOpen: true, isCut: true }));
  expect((await bed.ntd("case", "cluster", "case-1")).out).toMatch(
    /nowhere else\n(.*\n)*There are more.\n\nA list was/,
  );
});

test("case decide --cluster same shows the list and asks once; no, and nothing is decided", async () => {
  bed.typed.lines = ["y"];
  const { cluster: list, err } = await confirmed("--cluster", "same");
  expect(list).toEqual({ caseIds: ["s1", "s2"] });
  expect(err).toMatch(/s2 +16 +queued\nDecide these 2 with it, too\? \[y\/N\] $/);
  bed.arrived.splice(0);
  bed.typed.lines = [""];
  expect(await confirmed("--cluster", "same")).toMatchObject({ code: 2, cluster: undefined });
});

test("where none may be decided with it, each is named with where it stands; a word that is no file is said so", async () => {
  const claimed = { state: "CASE_STATE_CLAIMED" };
  bed.answers.set("getCluster", cluster({ same: [member("s1", 0, claimed), member("s3", 3, decided)], likely: [] }));
  expect(await confirmed("--cluster", "same", "--yes")).toMatchObject({
    code: 2,
    err: expect.stringContaining("none waits unclaimed: s1 claimed, s3 decided; decide without --cluster"),
    cluster: undefined,
  });
  expect(await confirmed("--cluster", "sam", "--yes")).toMatchObject({
    code: 2,
    err: expect.stringContaining("--cluster sam: is neither same nor all, nor a file that can be read"),
  });
});

test("case decide --cluster all asks for each that is likely the same by itself", async () => {
  bed.typed.lines = ["y", "n", "yes"];
  expect((await confirmed("--cluster", "all")).cluster).toEqual({ caseIds: ["s1", "s2", "l2"] });
  bed.arrived.splice(0);
  expect((await confirmed("--cluster", "all", "--yes")).cluster).toEqual({ caseIds: ["s1", "s2", "l1", "l2"] });
});

test("a file names them, one a line; what is none of the picture's is refused, and so is asking where nobody is", async () => {
  const file = join(bed.dir, "cases.txt");
  await writeFile(file, "s2\n\nl1\ns2\n");
  expect((await confirmed("--cluster", file, "--yes")).cluster).toEqual({ caseIds: ["s2", "l1"] });
  await writeFile(file, "s2\nelse\n");
  const refused = await bed.ntd("case", "decide", "case-1", ...said, "--cluster", file, "--yes");
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("of no such picture: else")]);
  expect(await bed.ntd("case", "decide", "case-1", ...said, "--cluster", "same")).toMatchObject({ code: 2 });
});

test("all that was decided with a case is taken back by its id", async () => {
  bed.answers.set("reopenCases", { reopenedCount: 61, leftCount: 0 });
  await bed.ntd("withdrawal", "reopen", "cluster", "case-1", "--reason", "a cartoon");
  const cause = { what: { $case: "clusterCaseId", value: "case-1" } };
  expect(bed.arrived).toMatchObject([{ request: { cause, reason: "a cartoon" } }]);
});

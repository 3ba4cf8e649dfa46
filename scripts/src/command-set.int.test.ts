import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./ntd-test-bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const policy = { owner: "hotline", role: "SET_ROLE_NEGATIVE", autoIssue: true, minVotes: 2, thresholds: undefined };
const set = { setId: "known", policy, activeReleaseId: "rel-1", counter: 3n, createdTime: new Date(0) };
const release = {
  releaseId: "rel-1",
  setId: "known",
  state: "RELEASE_STATE_VALIDATED",
  entryCount: 3n,
  problemCount: 0n,
  uploadedBy: "maintainer/a",
  approvedBy: "",
  uploadedTime: new Date(0),
  approvedTime: undefined,
  activatedTime: undefined,
};

test("set create sends the policy", async () => {
  bed.answers.set("createSet", { set });
  const policyWords = ["--owner", "hotline", "--role", "negative", "--auto-issue", "--min-votes", "2", "--pdq", "20"];
  const { code, out } = await bed.ntd("set", "create", "known", ...policyWords);
  expect([code, out]).toEqual([0, "set      known\ncreated  1970-01-01T00:00:00.000Z\n"]);
  const thresholds = { pdq: 20, blockhash: 0, pdqQuality: 0, blockhashTransitions: 0 };
  expect(bed.arrived[0]?.request).toMatchObject({ setId: "known", policy: { ...policy, thresholds } });
});

test("set create leaves automatic decisions off and the thresholds to the service unless told", async () => {
  bed.answers.set("createSet", { set });
  await bed.ntd("set", "create", "known", "--owner", "hotline", "--role", "positive");
  const plain = { owner: "hotline", role: "SET_ROLE_POSITIVE", autoIssue: false, minVotes: 0, thresholds: undefined };
  expect(bed.arrived[0]?.request).toMatchObject({ policy: plain });
});

test("set list goes through every page", async () => {
  bed.answers.set("listSets", ({ pageToken }: { pageToken: string }) =>
    pageToken === ""
      ? { sets: [set], nextPageToken: "more" }
      : { sets: [{ ...set, setId: "second", policy: undefined }], nextPageToken: "" },
  );
  const { out } = await bed.ntd("set", "list");
  expect(out.split("\n")).toEqual([
    expect.stringMatching(/^set +owner +role +auto issue +min votes +active release$/),
    expect.stringMatching(/^known +hotline +negative +yes +2 +rel-1$/),
    expect.stringMatching(/^second +no +rel-1$/),
    "",
  ]);
  const { out: json } = await bed.ntd("set", "list", "--json", "--limit", "1");
  expect(JSON.parse(json)).toMatchObject({ sets: [{ setId: "known", counter: "3" }], more: true });
});

test("set upload streams the whole file between a header and a trailer with its length", async () => {
  const file = join(bed.dir, "list.csv");
  const bytes = randomBytes(200_000);
  await writeFile(file, bytes);
  bed.answers.set("uploadRelease", { release, problems: [] });
  const { code, out } = await bed.ntd("set", "upload", "known", file);
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(/^release +rel-1\nset +known\nstate +validated\nentries +3\n/),
  ]);
  const parts = bed.arrived[0]?.request as { part: { $case: string; value: unknown } }[];
  expect(parts[0]?.part).toMatchObject({ $case: "header", value: { setId: "known" } });
  expect(parts.at(-1)?.part).toEqual({ $case: "trailer", value: { byteCount: 200_000n } });
  const chunks = parts.slice(1, -1).map(({ part }) => part.value as Uint8Array);
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  expect(chunks.length).toBeGreaterThan(1);
});

test("set upload names every fault, and a rejected release is refused", async () => {
  const file = join(bed.dir, "bad.csv");
  await writeFile(file, "algorithm,value\n");
  const problems = [{ line: 7n, field: "value", problem: "is not hex" }];
  bed.answers.set("uploadRelease", {
    release: { ...release, state: "RELEASE_STATE_REJECTED", problemCount: 1n },
    problems,
  });
  const { code, out, err } = await bed.ntd("set", "upload", "known", file);
  expect(out).toContain("line  field  problem\n7     value  is not hex\n");
  expect([code, err]).toEqual([
    1,
    expect.stringContaining("Release rel-1 was rejected: 1 fault. Mend it and upload again."),
  ]);
});

test("set upload says how many faults there are beyond those that the service names", async () => {
  const file = join(bed.dir, "bad.csv");
  await writeFile(file, "algorithm,value\n");
  const problems = Array.from({ length: 1000 }, (_, i) => ({
    line: BigInt(i + 2),
    field: "value",
    problem: "is not hex",
  }));
  const rejected = { ...release, state: "RELEASE_STATE_REJECTED", problemCount: 1500n };
  bed.answers.set("uploadRelease", { release: rejected, problems });
  const { code, out, err } = await bed.ntd("set", "upload", "known", file);
  expect([code, out]).toEqual([1, expect.stringMatching(/\n1001 +value +is not hex\n\.\.\. and 500 more\n$/)]);
  expect(err).toContain("was rejected: 1500 faults. Mend them and upload again.");
});

test("set upload names the file where the service names a part of its stream", async () => {
  const file = join(bed.dir, "header.csv");
  await writeFile(file, "value\n");
  bed.answers.set("uploadRelease", Problem.fields({ field: "chunk", description: "line 1 is not the header" }));
  const { code, err } = await bed.ntd("set", "upload", "known", file);
  expect([code, err]).toEqual([1, `ntd: FIELD_INVALID: ${file}: line 1 is not the header\n`]);
});

test("set upload of a file that is not there is wrong usage", async () => {
  const { code, err } = await bed.ntd("set", "upload", "known", join(bed.dir, "no.csv"));
  expect([code, err]).toEqual([2, expect.stringMatching(/cannot find .*no\.csv; name a CSV file that is there\n$/)]);
  expect(bed.arrived).toEqual([]);
});

test("set upload of a folder is wrong usage", async () => {
  const { code, err } = await bed.ntd("set", "upload", "known", bed.dir);
  expect([code, err]).toEqual([2, `ntd: USAGE: ${bed.dir} is a folder; name a CSV file\n`]);
  expect(bed.arrived).toEqual([]);
});

test("set approve and set activate name the release", async () => {
  bed.answers.set("approveRelease", {
    release: { ...release, state: "RELEASE_STATE_APPROVED", approvedBy: "maintainer/b" },
  });
  bed.answers.set("activateRelease", { release: { ...release, state: "RELEASE_STATE_ACTIVE" } });
  expect((await bed.ntd("set", "approve", "rel-1")).out).toMatch(/state +approved\n[^]*approved by +maintainer\/b/);
  expect((await bed.ntd("set", "activate", "rel-1")).out).toMatch(/state +active\n/);
  expect(bed.arrived).toMatchObject([
    { method: "approveRelease", request: { releaseId: "rel-1" } },
    { method: "activateRelease", request: { releaseId: "rel-1" } },
  ]);
});

test("set releases lists those of one set", async () => {
  bed.answers.set("listReleases", { releases: [release], nextPageToken: "" });
  const { out } = await bed.ntd("set", "releases", "known");
  expect(out).toMatch(/\nrel-1 +validated +3 +0 +maintainer\/a +1970-01-01T00:00:00.000Z\n$/);
  expect(bed.arrived[0]?.request).toMatchObject({ setId: "known" });
});

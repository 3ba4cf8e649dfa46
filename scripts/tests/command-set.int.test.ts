import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const MEMBERS = ["--member", "a:owner,contributor", "--member", "b:approver@Partner"];
const policy = { owner: "hotline", role: "SET_ROLE_NEGATIVE", autoIssue: true, minVotes: 2, thresholds: undefined };
const set = { setId: "known", policy, activeReleaseId: "rel-1", counter: 3n, createdTime: new Date(0), members: [] };
const release = {
  releaseId: "rel-1",
  setId: "known",
  state: "RELEASE_STATE_VALIDATED",
  entryCount: 3n,
  problemCount: 0n,
  revokedCount: 0n,
  remarks: [],
  uploadedBy: "maintainer/a",
  approvedBy: "",
  uploadedTime: new Date(0),
  approvedTime: undefined,
  activatedTime: undefined,
};

test("set create sends the policy", async () => {
  bed.answers.set("createSet", { set });
  const policyWords = [
    "--owner",
    "hotline",
    "--role",
    "negative",
    "--auto-issue",
    "--min-votes",
    "2",
    "--pdq",
    "20",
    "--pdq-quality",
    "60",
    "--expiry-days",
    "90",
    ...MEMBERS,
  ];
  const { code, out } = await bed.ntd("set", "create", "known", ...policyWords);
  expect([code, out]).toEqual([0, "set      known\ncreated  1970-01-01T00:00:00.000Z\n"]);
  const thresholds = { pdq: 20, blockhash: 0, pdqQuality: 60, blockhashTransitions: 0 };
  expect(bed.arrived[0]?.request).toMatchObject({ policy: { ...policy, thresholds, expiryDays: 90 } });
});

test("set create leaves automatic decisions off and the thresholds to the service unless told", async () => {
  bed.answers.set("createSet", { set });
  await bed.ntd("set", "create", "known", "--owner", "hotline", "--role", "positive", ...MEMBERS);
  const plain = { owner: "hotline", role: "SET_ROLE_POSITIVE", autoIssue: false, minVotes: 0, thresholds: undefined };
  expect(bed.arrived[0]?.request).toMatchObject({ policy: plain });
});

test("set create gives its terms, those that one person may", async () => {
  bed.answers.set("createSet", { set });
  const words = ["--owner", "hotline", "--role", "positive", ...MEMBERS];
  await bed.ntd("set", "create", "known", ...words, "--other-organisation", "--scheme", "vics-us", "--licence", "ours");
  const given = { jurisdiction: "", licence: "ours", termsOfUse: "", scheme: "vics-us" };
  expect(bed.arrived.at(-1)?.request).toMatchObject({ terms: { ...given, approverOfOtherOrganisation: true } });
  await bed.ntd("set", "create", "known", ...words);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ terms: undefined });
  expect((await bed.ntd("set", "create", "known", ...words, "--check", "known")).err).toContain("--check");
});

test("set create says what MD5 alone does, and set list tells it", async () => {
  bed.answers.set("createSet", { set });
  const words = ["--owner", "hotline", "--role", "positive", "--weak-equality", "decides", ...MEMBERS];
  await bed.ntd("set", "create", "known", ...words);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ policy: { weakEquality: "WEAK_EQUALITY_DECIDES" } });
  const deciding = { ...set, policy: { ...set.policy, weakEquality: "WEAK_EQUALITY_DECIDES" } };
  bed.answers.set("listSets", { sets: [deciding], nextPageToken: "" });
  expect((await bed.ntd("set", "list")).out).toMatch(/\nknown .* decides +rel-1\n$/);
});

test("set list goes through every page", async () => {
  bed.answers.set("listSets", ({ pageToken }: { pageToken: string }) =>
    pageToken === ""
      ? { sets: [set], nextPageToken: "more" }
      : { sets: [{ ...set, setId: "second", policy: undefined }], nextPageToken: "" },
  );
  const { out } = await bed.ntd("set", "list");
  expect(out.split("\n")).toEqual([
    expect.stringMatching(/^set +owner +role +auto issue +min votes +MD5 alone +active release$/),
    expect.stringMatching(/^known +hotline +negative +yes +2 +nominates +rel-1$/),
    expect.stringMatching(/^second +no +nominates +rel-1$/),
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
  const parts = bed.arrived.find(({ method }) => method === "uploadRelease")?.request as {
    part: { $case: string; value: unknown };
  }[];
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

test("set upload sends how the list is written where that is said, and its name; it prints what was read and how", async () => {
  const file = join(bed.dir, "a list.json");
  await writeFile(file, "{}");
  const remarks = ["encoding: Latin-1, which nothing in the file says", "left out: 2 PhotoDNA"];
  const read = { format: "LIST_FORMAT_VICS_JSON", fileName: "a list.json", remarks };
  const problems = [{ line: 7n, field: "MD5", problem: "is missing" }];
  bed.answers.set("uploadRelease", { release: { ...release, ...read }, problems });
  const { out } = await bed.ntd("set", "upload", "known", file, "--format", "vics-json");
  expect(out).toMatch(/file +a list.json\nformat +vics-json\n[^]*remarks +encoding: Latin-1[^]*left out: 2 PhotoDNA\n/);
  expect(out).toContain("record  field  problem\n7       MD5    is missing\n");
  const [first] = (bed.arrived.find(({ method }) => method === "uploadRelease")?.request ?? []) as {
    part: { value: unknown };
  }[];
  expect(first?.part.value).toMatchObject({ fileName: "a list.json", format: "LIST_FORMAT_VICS_JSON" });
  const unknown = await bed.ntd("set", "upload", "known", file, "--format", "xlsx");
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining("ntd-csv, vics-json, ncmec-xml")]);
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
  expect([code, err]).toEqual([2, expect.stringMatching(/cannot find .*no\.csv; name a list that is there\n$/)]);
  expect(bed.arrived).toEqual([]);
});

test("set upload of a folder is wrong usage", async () => {
  const { code, err } = await bed.ntd("set", "upload", "known", bed.dir);
  expect([code, err]).toEqual([2, `ntd: USAGE: ${bed.dir} is a folder; name a list\n`]);
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

const revocation = {
  revocationId: "rev-1",
  setId: "known",
  state: "REVOCATION_STATE_PENDING",
  entryCount: 12n,
  alreadyRevokedCount: 1n,
  reason: "listed by mistake",
  cause: "REVOCATION_CAUSE_WRONG_FILE",
  requestedBy: "maintainer/a",
  approvedBy: "",
  requestedTime: new Date(0),
  approvedTime: undefined,
  effectiveTime: undefined,
  counter: 0n,
};
const ids = ["3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82c3302"] as const;

test("set revoke names entries by ids and by lines of a file, and says what became of it", async () => {
  const file = join(bed.dir, "wrong.csv");
  await writeFile(
    file,
    `algorithm,value,quality\n${ids[1]}\n\nsha1,${"0A".repeat(20)},,,,,\nSHA-256, ${"0b".repeat(32)}`,
  );
  bed.answers.set("revokeEntries", { revocation });
  const { code, out } = await bed.ntd(
    "set",
    "revoke",
    "known",
    "--entry",
    ids[0],
    "--file",
    file,
    "--reason",
    "by mistake",
    "--cause",
    "not-illegal",
  );
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(
      /^revocation +rev-1\nset +known\nstate +pending\nentries +12\nrevoked before +1\nreason +listed/,
    ),
  ]);
  expect(bed.arrived).toMatchObject([
    {
      method: "revokeEntries",
      request: {
        setId: "known",
        entryIds: ids,
        fingerprints: [
          { algorithm: "ALGORITHM_SHA1", value: Buffer.alloc(20, 10) },
          { algorithm: "ALGORITHM_SHA256", value: Buffer.alloc(32, 11) },
        ],
        reason: "by mistake",
        cause: "REVOCATION_CAUSE_NOT_ILLEGAL",
      },
    },
  ]);
});

test("set revoke names the word or line of an entry that the service does not know", async () => {
  const file = join(bed.dir, "wrong.csv");
  await writeFile(file, `algorithm,value\n${ids[1]}\nmd5,${"00".repeat(16)}\n`);
  const description = "is no entry of this set";
  const fields = ["entry_ids[0]", "entry_ids[1]", "fingerprints[0]"].map((field) => ({ field, description }));
  const message = "3 of them are no entries of this set; take them out and send it again: entry_ids[0], and so on";
  bed.answers.set("revokeEntries", new Problem("NOT_FOUND", message, { fields }));
  const words = ["--entry", ids[0], "--file", file, "--reason", "x"];
  const { code, err } = await bed.ntd("set", "revoke", "known", ...words);
  const named = [`--entry ${ids[0]}`, `${file} line 2`, `${file} line 3`].map((where) => `${where}: ${description}`);
  const how = "3 of them are no entries of this set; take them out and send it again";
  expect([code, err]).toEqual([1, `ntd: NOT_FOUND: ${how}: ${named.join("; ")}\n`]);
  bed.answers.set("revokeEntries", Problem.fields({ field: "reason", description: "must have 1 to 1000 characters" }));
  const bare = await bed.ntd("set", "revoke", "known", ...words);
  expect(bare.err).toBe("ntd: FIELD_INVALID: --reason: must have 1 to 1000 characters\n");
});

test.each([
  ["no entry", ["--reason", "x"], /no entries; name them with --entry ID or HASH, or --file FILE\n$/],
  ["no reason", ["--entry", ids[0]], /--reason <text>/],
  [
    "a file that is not there",
    ["--file", "no.csv", "--reason", "x"],
    /cannot read no\.csv; name a file that is there\n$/,
  ],
])("set revoke with %s is wrong usage", async (_, words, says) => {
  const { code, err } = await bed.ntd("set", "revoke", "known", ...words);
  expect([code, err]).toEqual([2, expect.stringMatching(says)]);
  expect(bed.arrived).toEqual([]);
});

test.each(["value", "md4,00", "md5,0g", "md5"])(
  "set revoke names the lines of a file that are no entry: %s",
  async (line) => {
    const file = join(bed.dir, "no-entry.csv");
    await writeFile(file, `${ids[0]}\n${line}\n\n${line}\n`);
    const { code, err } = await bed.ntd("set", "revoke", "known", "--file", file, "--reason", "x");
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/no-entry\.csv lines 2, 4: neither an entry id nor algorithm,value/),
    ]);
  },
);

test("of more entries than a revocation takes set revoke says how many they are, and what to do", async () => {
  const file = join(bed.dir, "all.csv");
  await writeFile(file, `md5,${"00".repeat(16)}\n`.repeat(200_000));
  const { code, err } = await bed.ntd("set", "revoke", "known", "--file", file, "--reason", "x");
  expect([code, err]).toEqual([1, expect.stringContaining("200000 entries are more than one request takes; split")]);
});

test("set approve-revocation names the revocation", async () => {
  const approved = { ...revocation, state: "REVOCATION_STATE_EFFECTIVE", approvedBy: "maintainer/b", counter: 4n };
  bed.answers.set("approveRevocation", { revocation: approved });
  const { out } = await bed.ntd("set", "approve-revocation", "rev-1");
  expect(out).toMatch(/state +effective\n[^]*approved by +maintainer\/b\n/);
  expect(bed.arrived).toMatchObject([{ method: "approveRevocation", request: { revocationId: "rev-1" } }]);
});

test("set revocations lists who took back how many, and why", async () => {
  bed.answers.set("listRevocations", { revocations: [revocation], nextPageToken: "" });
  const { out } = await bed.ntd("set", "revocations", "known");
  expect(out).toMatch(
    /\nrev-1 +takes back +pending +12 +maintainer\/a +1970-01-01T00:00:00.000Z +wrong-file +listed by mistake\n$/,
  );
  expect(bed.arrived[0]?.request).toMatchObject({ setId: "known" });
});

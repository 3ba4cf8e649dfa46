import { Problem } from "@ntd/service";
import { createHash } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const [older, newer] = ["0000000a-0000-4000-8000-000000000000", "0000000b-0000-4000-8000-000000000000"];
const time = new Date(0);
const listed = (digit: string, more: object = {}) => ({
  entry: {
    entryId: "e",
    fingerprint: { algorithm: "ALGORITHM_MD5", value: Buffer.from(digit.repeat(32), "hex"), quality: 0 },
    classification: { scheme: "ncmec", version: "", code: "A1" },
    votes: 2,
    ...more,
  },
  state: "ENTRY_STATE_ACTIVE",
  sourceId: "f",
  line: 7,
});

test("set entries goes through every page, also one that is empty", async () => {
  bed.answers.set("listEntries", ({ pageToken }: { pageToken: string }) => ({
    releaseId: newer,
    entries: pageToken === "1" ? [] : [listed(pageToken === "" ? "a" : "b")],
    nextPageToken: { "": "1", "1": "2" }[pageToken] ?? "",
  }));
  const filter = ["--algorithm", "md5", "--class", "ncmec:A1", "--state", "active"];
  const { out } = await bed.ntd("set", "entries", "known", ...filter);
  expect(out.split("\n")).toEqual([
    `release ${newer}`,
    expect.stringMatching(/^algorithm +value +quality +class +votes +state +source id +line$/),
    expect.stringMatching(/^md5 +a{32} +ncmec A1 +2 +active +f +7$/),
    expect.stringMatching(/^md5 +b{32} +ncmec A1 +2 +active +f +7$/),
    "",
  ]);
  expect(bed.arrived[0]?.request).toMatchObject({
    setId: "known",
    releaseId: "",
    algorithm: "ALGORITHM_MD5",
    classification: { scheme: "ncmec", code: "A1" },
    state: "ENTRY_STATE_ACTIVE",
  });
});

test("set search says of each hash where it is listed, and who took it back", async () => {
  const entry = {
    listed: { ...listed("a"), state: "ENTRY_STATE_REVOKED" },
    inForce: true,
    firstListed: { releaseId: older, uploadedTime: time },
    lastListed: { releaseId: newer, uploadedTime: time },
    listedInReleases: 2,
    opinions: {
      setId: "known",
      entryId: "e",
      together: "OPINIONS_TOGETHER_DISPUTED",
      positiveOrganisations: 1,
      opinions: [],
      notes: [{ noteId: "n", text: "asked them", writtenBy: "maintainer/b", writtenTime: time }],
      counter: 2n,
    },
    revocation: {
      revocationId: "r",
      cause: "REVOCATION_CAUSE_NOT_ILLEGAL",
      reason: "a cat",
      revokedBy: ["maintainer/a"],
      effectiveTime: time,
    },
  };
  const hashes = ["a".repeat(32), "b".repeat(32)];
  bed.answers.set("findEntries", {
    hashes: [
      { hash: hashes[0], entries: [entry] },
      { hash: hashes[1], entries: [] },
    ],
    releasesSearched: 50,
    olderReleasesLeft: true,
  });
  const { out } = await bed.ntd("set", "search", "known", ...hashes);
  expect(bed.arrived[0]?.request).toEqual({ setId: "known", hashes });
  for (const line of [
    /^state +revoked$/m,
    /^in force +no: the release in force lists it, but it was taken back$/m,
    /^revoked by +maintainer\/a$/m,
    /^cause +not-illegal$/m,
    /^members say +disputed$/m,
    /^in all +1 note$/m,
    new RegExp(`^first listed +${older}, 1970`, "m"),
    /^listed +nowhere$/m,
    /newest 50 releases; there are older ones/,
  ]) {
    expect(out).toMatch(line);
  }
});

test("set search does not say of a disabled entry that it is in force, until it is enabled", async () => {
  const listing = { releaseId: newer, uploadedTime: time };
  const found = { listed: listed("a"), inForce: true, firstListed: listing, lastListed: listing, listedInReleases: 1 };
  const said = { setId: "known", entryId: "e", together: "OPINIONS_TOGETHER_POSITIVE", positiveOrganisations: 1 };
  const disabling = { disabledBy: "maintainer/a", reason: "a doubt", disabledTime: time, untilTime: time };
  const answerWith = (more: object) =>
    bed.answers.set("findEntries", {
      hashes: [
        {
          hash: "a",
          entries: [
            {
              ...found,
              opinions: { ...said, opinions: [], notes: [], counter: 2n, disabling: { ...disabling, ...more } },
            },
          ],
        },
      ],
      releasesSearched: 1,
      olderReleasesLeft: false,
    });
  answerWith({ endedTime: undefined, endedBy: "" });
  const disabled = await bed.ntd("set", "search", "known", "a");
  expect(disabled.out).toMatch(/^in force +no: the release in force lists it, but it is disabled$/m);
  answerWith({ endedTime: time, endedBy: "maintainer/b" });
  expect((await bed.ntd("set", "search", "known", "a")).out).toMatch(/^in force +yes$/m);
});

test("set search names what is no hash as it was typed, of a long one its beginning", async () => {
  const description = "is no hash in hex digits";
  bed.answers.set("findEntries", Problem.fields(...[0, 1].map((n) => ({ field: `hashes[${n}]`, description }))));
  const { err } = await bed.ntd("set", "search", "known", "zz", "y".repeat(1000));
  expect(err).toContain(`zz: ${description}; ${"y".repeat(70)}…: ${description}`);
  expect(err).not.toContain("hashes[");
});

test("set diff tells what lies between two releases in numbers and entry by entry", async () => {
  bed.answers.set("diffReleases", {
    added: 1n,
    removed: 0n,
    changed: 1n,
    reclassed: 0n,
    kinds: [{ algorithm: "ALGORITHM_MD5", classification: undefined, added: 1n, removed: 0n, changed: 1n }],
  });
  bed.answers.set("listDifferences", {
    differences: [
      { kind: "DIFFERENCE_KIND_ADDED", after: listed("a") },
      { kind: "DIFFERENCE_KIND_CHANGED", before: listed("b"), after: listed("b", { votes: 1 }) },
    ],
    nextPageToken: "",
  });
  const { out } = await bed.ntd("set", "diff", older, newer, "--kind", "added");
  expect(out).toMatch(/^new +1$/m);
  expect(out).toMatch(/^added +md5 +a{32} +ncmec A1, 2 votes, f$/m);
  expect(out).toMatch(/^changed +md5 +b{32} +ncmec A1, 2 votes, f +ncmec A1, 1 vote, f$/m);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ olderReleaseId: older, kind: "DIFFERENCE_KIND_ADDED" });
});

test("set history tells who did what", async () => {
  const act = { kind: "HISTORY_KIND_RELEASE_ROLLED_BACK", time, person: "maintainer/a", subjectId: older, reason: "" };
  bed.answers.set("listHistory", { entries: [{ ...act, entryCount: 3n }], nextPageToken: "" });
  const { out } = await bed.ntd("set", "history", "known");
  expect(out).toMatch(new RegExp(`\n1970-\\S+ +release-rolled-back +maintainer/a +${older} +3`));
});

const file = Buffer.from("algorithm,value\n");
const trailer = (sha256: Uint8Array) => ({
  byteCount: BigInt(file.length),
  sha256,
  written: 1n,
  revokedWritten: 0n,
  leftOut: [{ why: "films", count: 2n }],
});
const header = { releaseId: newer, fileName: "known.csv", entryCount: 3n };
const exported = (sha256: Uint8Array) => [
  { part: { $case: "header", value: header } },
  { part: { $case: "chunk", value: file } },
  { part: { $case: "trailer", value: trailer(sha256) } },
];

test("set export writes the file for its owner alone, and says what is not in it", async () => {
  const path = join(bed.dir, "out.csv");
  bed.answers.set("exportRelease", exported(createHash("sha256").update(file).digest()));
  const { code, out } = await bed.ntd("set", "export", "known", "--format", "csv", "--out", path, "--with-revoked");
  expect([code, await readFile(path, "utf8")]).toEqual([0, file.toString()]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(out).toMatch(/^left out +2 films$/m);
  expect(bed.arrived[0]?.request).toEqual({
    setId: "known",
    releaseId: "",
    format: "EXPORT_FORMAT_NTD_CSV",
    withRevoked: true,
    scheme: "",
  });
});

test("set export to a folder that is not there asks nobody for anything", async () => {
  const path = join(bed.dir, "nowhere/known.csv");
  const { code, err } = await bed.ntd("set", "export", "known", "--format", "csv", "--out", path);
  expect([code, err]).toEqual([2, expect.stringContaining(`cannot write to ${join(bed.dir, "nowhere")}`)]);
  expect(bed.arrived).toEqual([]);
});

test("set export replaces nothing that is there, unless told to", async () => {
  const path = join(bed.dir, "there.csv");
  await writeFile(path, "before");
  bed.answers.set("exportRelease", exported(createHash("sha256").update(file).digest()));
  const asked = ["set", "export", "known", "--format", "csv", "--out", path];
  const { code, err } = await bed.ntd(...asked);
  expect([code, err]).toEqual([2, expect.stringContaining(`${path} is there already; name another file`)]);
  expect([bed.arrived, await readFile(path, "utf8")]).toEqual([[], "before"]);
  expect((await bed.ntd(...asked, "--force")).code).toBe(0);
  expect(await readFile(path, "utf8")).toBe(file.toString());
});

test("of an export that did not come whole nothing stays, and what was there stays as it was", async () => {
  const path = join(bed.dir, "kept.json");
  await writeFile(path, "before");
  for (const answer of [exported(new Uint8Array(32)), exported(new Uint8Array(32)).slice(0, 2)]) {
    bed.answers.set("exportRelease", answer);
    const { code, err } = await bed.ntd("set", "export", "known", "--format", "vics", "--out", path, "--force");
    expect([code, err]).toEqual([3, expect.stringContaining("did not come whole")]);
  }
  expect(await readFile(path, "utf8")).toBe("before");
  expect((await readdir(bed.dir)).filter((name) => name.includes(".part"))).toEqual([]);
});

test("set share proposes who gets a feed, and of which algorithms", async () => {
  const recipients = [
    { partner: "partner/nl", organisation: "Hotline NL", algorithms: ["ALGORITHM_MD5", "ALGORITHM_SHA256"] },
    { partner: "partner/uk", organisation: "Hotline UK", algorithms: [] },
  ];
  const about = { changeId: "c", setId: "known", reason: "agreed", proposedBy: "maintainer/a", decidedBy: "" };
  const state = "SET_CHANGE_STATE_PENDING";
  bed.answers.set("proposeSetChange", { change: { ...about, state, counter: 0n, recipients: { recipients } } });
  const named = ["--recipient", "nl:md5,sha256@Hotline NL", "--recipient", "uk@Hotline UK"];
  const { out } = await bed.ntd("set", "share", "known", ...named, "--reason", "agreed");
  expect(bed.arrived[0]?.request).toMatchObject({ setId: "known", recipients: { recipients } });
  expect(out).toMatch(/^feed to +nl \(sha256, md5\)|nl \(md5, sha256\); uk \(all\)$/m);
  for (const wrong of [[], ["--recipient", "nl"], ["--recipient", "nl:crc32@X"], [...named, "--nobody"]])
    expect((await bed.ntd("set", "share", "known", ...wrong, "--reason", "x")).code).toBe(2);
  expect(bed.arrived).toHaveLength(1);
});

import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
let file: string;
const bytes = randomBytes(200_000);
beforeAll(async () => {
  bed = await openNtdTestBed();
  file = join(bed.dir, "list.csv");
  await writeFile(file, bytes);
});
beforeEach(() => {
  bed.arrived.length = 0;
  bed.answers.set("getUpload", NONE);
  bed.answers.set("uploadRelease", { release, problems: [] });
});
afterAll(() => bed[Symbol.asyncDispose]());

const release = {
  releaseId: "rel-1",
  setId: "known",
  state: "RELEASE_STATE_VALIDATED",
  entryCount: 3n,
  problemCount: 0n,
  revokedCount: 0n,
  uploadedBy: "maintainer/a",
  approvedBy: "",
  uploadedTime: new Date(0),
  approvedTime: undefined,
  activatedTime: undefined,
  remarks: [],
};
const NONE = { state: "UPLOAD_STATE_NONE", keptBytes: 0n, keptSha256: new Uint8Array() };
const kept = (count: number, of = bytes) => ({
  state: "UPLOAD_STATE_KEPT",
  keptBytes: BigInt(count),
  keptSha256: createHash("sha256").update(of.subarray(0, count)).digest(),
});

interface Part {
  part: { $case: string; value: Record<string, unknown> };
}
/** Of each upload that came: its header, and how many bytes. */
function uploads() {
  const all = bed.arrived.filter(({ method }) => method === "uploadRelease");
  return all.map(({ request }) => {
    const parts = request as Part[];
    const chunks = parts.filter(({ part }) => part.$case === "chunk").map(({ part }) => part.value);
    const sent = chunks.reduce((sum, chunk) => sum + Number(chunk["byteLength"]), 0);
    return { header: parts[0]?.part.value ?? {}, sent, trailer: parts.at(-1)?.part.value };
  });
}

test("the very command again is the same upload, and goes on behind what is kept of this file", async () => {
  await bed.ntd("set", "upload", "known", file);
  bed.answers.set("getUpload", kept(70_000));
  await bed.ntd("set", "upload", "known", file);
  const [first, again] = uploads();
  expect(again?.header["requestId"]).toBe(first?.header["requestId"]);
  expect(again).toMatchObject({ header: { resumeAtByte: 70_000n }, sent: 130_000, trailer: { byteCount: 200_000n } });
  bed.answers.set("getUpload", kept(70_000, randomBytes(70_000)));
  await bed.ntd("set", "upload", "known", file);
  expect(uploads()[2]?.header["resumeAtByte"]).toBeUndefined();
  expect(uploads()[2]?.sent).toBe(200_000);
});

test("where the release of the same file is over, it is uploaded anew; where it waits, it is that one", async () => {
  const ended = (state: string) => ({ ...NONE, state: "UPLOAD_STATE_ENDED", release: { ...release, state } });
  bed.answers.set("getUpload", ended("RELEASE_STATE_VALIDATED"));
  await bed.ntd("set", "upload", "known", file);
  const first = uploads()[0]?.header["requestId"];
  bed.answers.set("getUpload", ({ uploadRequestId }: { uploadRequestId: string }) =>
    uploadRequestId === first ? ended("RELEASE_STATE_REFUSED") : NONE,
  );
  await bed.ntd("set", "upload", "known", file);
  expect(uploads()[1]?.header["requestId"]).not.toBe(first);
});

test("an upload that breaks off goes on by itself", async () => {
  let calls = 0;
  bed.answers.set("uploadRelease", () => {
    if (++calls === 1) throw new Problem("PEER_UNAVAILABLE");
    return { release, problems: [] };
  });
  bed.answers.set("getUpload", () => (calls === 0 ? NONE : kept(150_000)));
  const { code } = await bed.ntd("set", "upload", "known", file);
  expect(code).toBe(0);
  expect(uploads().map(({ header, sent }) => [header["resumeAtByte"], sent])).toEqual([
    [undefined, 200_000],
    [150_000n, 50_000],
  ]);
});

test("a delta and a dry run are sent as that, and a report is printed", async () => {
  const report = { rows: 9n, new: 1n, changed: 2n, removed: 3n, unchanged: 1n, duplicate: 1n, refused: 4n };
  const refusedByReason = [{ reason: "REFUSED_REASON_VALUE", count: 4n }];
  bed.answers.set("uploadRelease", {
    release: { ...release, report: { ...report, refusedByReason, quarantineReasons: [] } },
    problems: [],
  });
  const { out } = await bed.ntd("set", "upload", "known", file, "--delta", "--base", "rel-0", "--dry-run");
  expect(uploads()[0]?.header).toMatchObject({ kind: "UPLOAD_KIND_DELTA", baseReleaseId: "rel-0", dryRun: true });
  expect(out).toMatch(/rows +9: 1 new, 2 changed, 1 unchanged, 1 duplicate; 3 removed\nrefused +4 \(4 value\)\n/);
  expect((await bed.ntd("set", "upload", "known", file, "--base", "rel-0")).code).toBe(2);
});

test("a dry run is told as one: it has no id, waits for nobody, and nobody was asked what it would meet", async () => {
  const sample = { entryId: "e", algorithm: "ALGORITHM_MD5", votes: 1, value: new Uint8Array() };
  const kinds = [{ algorithm: "ALGORITHM_MD5", classification: undefined, added: 1n, removed: 0n, changed: 0n }];
  const counts = { activeReleaseId: "", activeEntryCount: 0n, added: 1n, removed: 0n, changed: 0n, reclassed: 0n };
  const drawn = { addedSample: [sample], removedSample: [], changedSample: [] };
  const more = { quarantineReasons: [], takenBack: 0n, takenBackImpacts: [], comparedTime: undefined };
  const comparison = { ...counts, ...drawn, ...more, kinds };
  bed.answers.set("uploadRelease", { release, problems: [], comparison });
  const { out } = await bed.ntd("set", "upload", "known", file, "--dry-run");
  expect(out).toMatch(/^release +none: this was a dry run, nothing is kept\n[^]*\nstate +would be validated\n/);
  expect(out).toMatch(/what it would meet +told by set compare, once it is uploaded\n/);
  expect(out).not.toMatch(/rel-1|waits for|does not answer|drawn by chance/);
  const same = { ...comparison, added: 0n, kinds: [], addedSample: [] };
  bed.answers.set("uploadRelease", { release, problems: [], comparison: same });
  const again = await bed.ntd("set", "upload", "known", file, "--dry-run");
  expect(again.out).toMatch(/\nwhat it would meet +told by set compare, once it is uploaded\n$/);
});

test.each([
  ["VALIDATED", 4n, /waits for +another person's approval \(set approve\), with --confirm-refused 4\n/],
  ["VALIDATED", 0n, /waits for +another person's approval \(set approve\)\n/],
  ["QUARANTINED", 0n, /waits for +a second approver, who confirms what set compare says\n/],
  ["APPROVED", 4n, /waits for +set activate\n/],
])("a release that is %s says what it waits for", async (word, refused, says) => {
  const counts = { rows: 9n, new: 1n, changed: 2n, removed: 3n, unchanged: 1n, duplicate: 1n, refused };
  const report = { ...counts, refusedByReason: [], quarantineReasons: [] };
  bed.answers.set("uploadRelease", { release: { ...release, state: `RELEASE_STATE_${word}`, report }, problems: [] });
  expect((await bed.ntd("set", "upload", "known", file)).out).toMatch(says);
});

test("approving says how many refused rows one knows of, and how many columns that may have classes", async () => {
  const counts = { rows: 9n, new: 1n, changed: 2n, removed: 3n, unchanged: 1n, duplicate: 1n, refused: 4n };
  const report = { ...counts, refusedByReason: [], quarantineReasons: [] };
  const waiting = { ...release, state: "RELEASE_STATE_VALIDATED", classColumnCount: 1 };
  bed.answers
    .set("uploadRelease", { release: { ...waiting, report }, problems: [] })
    .set("approveRelease", { release });
  const { out } = await bed.ntd("set", "upload", "known", file);
  expect(out).toMatch(/\(set approve\), with --confirm-refused 4 and --confirm-class-columns 1\n/);
  await bed.ntd("set", "approve", "rel-1", "--confirm-refused", "4", "--confirm-class-columns", "1");
  expect(bed.arrived.at(-1)?.request).toMatchObject({ confirmRefused: 4n, confirmClassColumns: 1 });
});

test("refused rows are written as a table that no program takes for formulas", async () => {
  const row = { line: 7n, field: "value", problem: 'is "x", no hex', reason: "REFUSED_REASON_VALUE", value: "=1+1" };
  bed.answers.set("listRefusedRows", ({ pageToken }: { pageToken: string }) =>
    pageToken === "" ? { rows: [row], nextPageToken: "2" } : { rows: [{ ...row, line: 8n }], nextPageToken: "" },
  );
  const { out } = await bed.ntd("set", "refused", "rel-1");
  expect(out.split("\n")).toEqual([
    "line,field,value,reason,problem",
    `7,value,'=1+1,value,"is ""x"", no hex"`,
    `8,value,'=1+1,value,"is ""x"", no hex"`,
    "",
  ]);
});

test("a release that much is other in says so where it is uploaded", async () => {
  const counts = { rows: 9n, new: 1n, changed: 2n, removed: 30n, unchanged: 1n, duplicate: 1n, refused: 0n };
  const quarantineReasons = ["QUARANTINE_REASON_SHRINKS", "QUARANTINE_REASON_GROWS"];
  const report = { ...counts, refusedByReason: [], quarantineReasons };
  bed.answers.set("uploadRelease", { release: { ...release, report }, problems: [] });
  const { out } = await bed.ntd("set", "upload", "known", file);
  expect(out).toMatch(
    /approval \(set approve\); it would be in quarantine by that \(shrinks, grows\), and takes a second/,
  );
});

import { randomUUID } from "node:crypto";
import { derivedId, MovableClock, Problem } from "@ntd/service";
import { startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HEADER, md5, newSet, rolledBack, startHashlists, upload, type UploadOptions } from "./bed.ts";

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await startHashlists(bed, new MovableClock());
});
afterAll(async () => {
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const COLUMNS = `${HEADER},removed`;
const listed = (n: number, votes = 1) => `md5,${md5(n)},,,,${votes},,`;
const removed = (n: number) => `md5,${md5(n)},,,,,,yes`;
const file = (...lines: string[]) => [COLUMNS, ...lines, ""].join("\n");

const DELTA = { kind: "UPLOAD_KIND_DELTA" } as const;
const send = (setId: string, lines: string[], header: UploadOptions["header"] = {}) =>
  upload(hashlists.anna, setId, file(...lines), { header });

async function approve(releaseId: string, more = {}): Promise<void> {
  await hashlists.ben.approveRelease({ requestId: randomUUID(), releaseId, ...more });
}
async function activate(releaseId: string): Promise<void> {
  await hashlists.ben.activateRelease({ requestId: randomUUID(), releaseId });
}
async function inForce(setId: string, lines: string[], header: UploadOptions["header"] = {}): Promise<string> {
  const releaseId = (await send(setId, lines, header)).release?.releaseId ?? "";
  await approve(releaseId);
  await activate(releaseId);
  return releaseId;
}

/** What a release lists: numbers with their votes. */
async function numbersIn(setId: string, releaseId: string): Promise<string[]> {
  const names = new Map(Array.from({ length: 50 }, (_, n) => [derivedId("entry", setId, "MD5", md5(n)), n]));
  const entries = await hashlists.entries(releaseId);
  return entries.map(({ entryId, votes }) => `${names.get(entryId)}:${votes}`).toSorted();
}

const problemOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => Problem.from(error),
  );

test("a delta adds, tells anew and removes, is compared and approved as any other, and is what it was made of besides", async () => {
  const setId = await newSet(hashlists.anna);
  const base = await inForce(setId, [listed(1), listed(2), listed(3), listed(4)]);
  const lines = [listed(2, 9), listed(3), listed(5), removed(4), removed(40)];
  const { release, problems } = await send(setId, lines, DELTA);
  expect(problems).toEqual([]);
  expect(release).toMatchObject({
    kind: "UPLOAD_KIND_DELTA",
    baseReleaseId: base,
    entryCount: 4n,
    report: { rows: 5n, new: 1n, changed: 1n, removed: 1n, unchanged: 1n, duplicate: 0n, refused: 0n },
    remarks: ["1 removal of what its base does not list"],
  });
  const releaseId = release?.releaseId ?? "";
  await approve(releaseId);
  await activate(releaseId);
  expect(await numbersIn(setId, releaseId)).toEqual(["1:1", "2:9", "3:1", "5:1"]);
  expect(await numbersIn(setId, base)).toEqual(["1:1", "2:1", "3:1", "4:1"]);
  // One on top of the other, and a line that removes what another one lists.
  const second = await inForce(setId, [listed(4, 7), removed(5)], DELTA);
  expect(await numbersIn(setId, second)).toEqual(["1:1", "2:9", "3:1", "4:7"]);
  await rolledBack(hashlists, setId, base);
  expect(await numbersIn(setId, base)).toEqual(["1:1", "2:1", "3:1", "4:1"]);
});

test("a delta takes back for good what its lines revoke, as a list does", async () => {
  const setId = await newSet(hashlists.anna);
  await inForce(setId, [listed(1), listed(2)]);
  const header = HEADER + ",revoked";
  const { release } = await upload(hashlists.anna, setId, [header, `md5,${md5(2)},,,,,,wrong-file`, ""].join("\n"), {
    header: DELTA,
  });
  expect(release).toMatchObject({ revokedCount: 1n, entryCount: 2n, report: { rows: 1n, removed: 0n } });
  await approve(release?.releaseId ?? "");
  const came = await hashlists.revocations(setId);
  expect(came.flatMap(({ entryIds }) => entryIds)).toEqual([derivedId("entry", setId, "MD5", md5(2))]);
});

test("a delta of what is no base is refused by its field", async () => {
  const setId = await newSet(hashlists.anna);
  const other = await newSet(hashlists.anna);
  const fieldOf = async (header: UploadOptions["header"], set = setId) =>
    (await problemOf(send(set, [listed(1)], header)))?.fields[0]?.field;
  expect(await fieldOf(DELTA)).toBe("header.kind");
  const waits = (await send(setId, [listed(1)])).release?.releaseId ?? "";
  expect(await fieldOf({ ...DELTA, baseReleaseId: waits })).toBe("header.base_release_id");
  await approve(waits);
  expect(await fieldOf({ ...DELTA, baseReleaseId: waits }, other)).toBe("header.base_release_id");
  expect(await fieldOf({ baseReleaseId: waits })).toBe("header.base_release_id");
  expect(await fieldOf({ ...DELTA, baseReleaseId: waits })).toBeUndefined();
});

test("a delta of what is in force no more is refused at approval and activation, and says what to do; the way back is not", async () => {
  const setId = await newSet(hashlists.anna);
  const base = await inForce(setId, [listed(1), listed(2)]);
  const [late, later] = [await send(setId, [listed(3)], DELTA), await send(setId, [listed(4)], DELTA)];
  const [approved, waiting] = [late.release?.releaseId ?? "", later.release?.releaseId ?? ""];
  await approve(approved);
  const now = await inForce(setId, [listed(1), listed(2), listed(9)]);
  for (const call of [approve(waiting), activate(approved)]) {
    const problem = await problemOf(call);
    expect(problem?.reason).toBe("WRONG_STATE");
    expect(problem?.message).toContain(`a delta of ${base}, and ${now} is in force: upload it again`);
  }
  const onIt = await inForce(setId, [listed(3)], DELTA);
  await rolledBack(hashlists, setId, base);
  await rolledBack(hashlists, setId, onIt);
  expect(await numbersIn(setId, onIt)).toEqual(["1:1", "2:1", "3:1", "9:1"]);
});

test("rows that cannot be read are refused, counted by reason, and an approver says how many they are", async () => {
  const setId = await newSet(hashlists.anna);
  const lines = [
    listed(1),
    listed(1),
    listed(2),
    listed(2, 5),
    "md5,xyz,,,,,,",
    `md5,${md5(3)},,,,x,,`,
    `md4,${md5(4)},7,,,x,,`,
    removed(1),
    `pdq,${"0123456789abcdef".repeat(4)},12,,,,,`,
  ];
  const { release, problems } = await send(setId, lines);
  const by = (reason: string, count = 1n) => ({ reason: `REFUSED_REASON_${reason}`, count });
  expect(release).toMatchObject({
    state: "RELEASE_STATE_VALIDATED",
    entryCount: 2n,
    problemCount: 7n,
    report: { rows: 9n, new: 2n, duplicate: 1n, refused: 6n },
  });
  expect(release?.report?.refusedByReason.toSorted((a, b) => (a.reason < b.reason ? -1 : 1))).toEqual([
    by("ALGORITHM"),
    by("CONTRADICTS"),
    by("QUALITY_LOW"),
    by("TAKEN_BACK"),
    by("VALUE"),
    by("VOTES"),
  ]);
  expect(problems.map(({ line, field }) => `${line} ${field}`)).toEqual([
    "5 value",
    "6 value",
    "7 votes",
    "8 algorithm",
    "8 votes",
    "9 removed",
    "10 quality",
  ]);
  expect(problems[1]).toMatchObject({ reason: "REFUSED_REASON_VALUE", value: "xyz" });
  const releaseId = release?.releaseId ?? "";
  for (const more of [{}, { confirmRefused: 5n }]) {
    const problem = await problemOf(approve(releaseId, more));
    expect(problem?.fields[0]?.field).toBe("confirm_refused");
    expect(problem?.message).toContain("6 rows of the file were refused");
  }
  await approve(releaseId, { confirmRefused: 6n });
  await activate(releaseId);
  expect(await numbersIn(setId, releaseId)).toEqual(["1:1", "2:1"]);
});

test("in a delta, what is listed and removed in one file stays as it is, and is refused", async () => {
  const setId = await newSet(hashlists.anna);
  await inForce(setId, [listed(1), listed(2)]);
  const { release, problems } = await send(setId, [listed(1, 9), removed(1)], DELTA);
  expect(problems).toMatchObject([{ line: 2n, reason: "REFUSED_REASON_CONTRADICTS", value: "00000000…" }]);
  expect(problems[0]?.problem).toBe('"00000000…" (md5) is listed and removed in the same file; keep one of the lines');
  expect(release).toMatchObject({ entryCount: 2n, report: { rows: 2n, refused: 1n, changed: 0n, removed: 0n } });
});

test("all refused rows are listed, page by page", async () => {
  const setId = await newSet(hashlists.anna);
  const bad = Array.from({ length: 1234 }, (_, n) => `md5,bad${n},,,,,,`);
  const { release } = await send(setId, [listed(1), ...bad]);
  const lines: bigint[] = [];
  for (let pageToken = ""; ;) {
    const request = { releaseId: release?.releaseId ?? "", pageSize: 123, pageToken };
    const page = await hashlists.uploads.listRefusedRows(request);
    lines.push(...page.rows.map(({ line }) => line));
    if (page.nextPageToken === "") break;
    expect(page.rows.length).toBe(123);
    pageToken = page.nextPageToken;
  }
  expect(lines).toEqual(bad.map((_, n) => BigInt(n + 3)));
});

test("a dry run tells the same, and leaves nothing", async () => {
  const setId = await newSet(hashlists.anna);
  await inForce(setId, [listed(1), listed(2)]);
  const lines = [listed(2, 3), listed(3), "md5,xyz,,,,,,", removed(1)];
  const dry = await send(setId, lines, { ...DELTA, dryRun: true });
  expect(dry.comparison).toMatchObject({ added: 1n, changed: 1n, removed: 1n });
  const listing = await hashlists.anna.listReleases({ setId, pageSize: 0, pageToken: "" });
  expect(listing.releases).toHaveLength(1);
  const { release, problems, comparison } = await send(setId, lines, DELTA);
  expect(comparison).toBeUndefined();
  expect(problems).toEqual(dry.problems);
  const { releaseId: _, uploadedTime: __, ...told } = release ?? { releaseId: "", uploadedTime: undefined };
  expect(dry.release).toMatchObject(told);
});

test("the file's name, bytes and digest stay with the release", async () => {
  const setId = await newSet(hashlists.anna);
  const { release } = await send(setId, [listed(1)], { fileName: "list.csv" });
  expect(release).toMatchObject({ fileName: "list.csv", fileBytes: BigInt(file(listed(1)).length) });
  expect(release?.fileSha256?.length).toBe(32);
  // Shown it would read list.exe.csv, or as two lines.
  for (const fileName of ["list.\u202evsc.exe", "a/list.csv", "a\nlist.csv"]) {
    await expect(send(setId, [listed(1)], { fileName })).rejects.toMatchObject({
      fields: [{ field: "header.file_name" }],
    });
  }
});

import { createHash, randomUUID } from "node:crypto";
import {
  HashSetViewServiceService,
  type ExportReleaseRequest,
  type ExportTrailer,
} from "@ntd/proto/hashlists/v1/set_view_service";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { connect } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EntryLine } from "../src/formats/entry-line.ts";
import { recordsOf, surveyed } from "../src/exports/vics-passes.ts";
import { entriesIn } from "../src/exports/vics-record.ts";
import { PackedIds } from "../src/entries/packed-ids.ts";
import { HEADER, list, members, newSet, policy, startHashlists, upload } from "./bed.ts";
import { listsOf } from "./lists.ts";
import { hashes, readList } from "./read-list.ts";

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
const clock = new MovableClock();
const held = new AsyncDisposableStack();
beforeAll(async () => {
  bed = held.use(await startTestBed());
  hashlists = held.use(await startHashlists(bed, clock));
});
afterAll(() => held.disposeAsync());

const requestId = () => randomUUID();
const csv = { releaseId: "", format: "EXPORT_FORMAT_NTD_CSV", withRevoked: false, scheme: "" } as const;
const vics = { ...csv, format: "EXPORT_FORMAT_VICS_JSON" } as const;

async function exported(request: ExportReleaseRequest, name = "ben", kind: "maintainer" | "operator" = "maintainer") {
  clock.advance(1000);
  const identityDir = await bed.identity(kind, name);
  await using client = connect(HashSetViewServiceService, { address: hashlists.address, identityDir });
  const pieces: Uint8Array[] = [];
  let [fileName, trailer]: [string, ExportTrailer | undefined] = ["", undefined];
  for await (const { part } of client.exportRelease(request)) {
    if (part?.$case === "header") ({ fileName } = part.value);
    if (part?.$case === "chunk") pieces.push(part.value);
    if (part?.$case === "trailer") trailer = part.value;
  }
  const file = Buffer.concat(pieces);
  expect(trailer?.byteCount).toBe(BigInt(file.length));
  expect(Buffer.from(trailer?.sha256 ?? [])).toEqual(createHash("sha256").update(file).digest());
  return { file, fileName, trailer };
}

async function inForce(setId: string, file: string): Promise<string> {
  const { release } = await upload(hashlists.anna, setId, file);
  const releaseId = release?.releaseId ?? "";
  await hashlists.ben.approveRelease({ requestId: requestId(), releaseId });
  await hashlists.anna.activateRelease({ requestId: requestId(), releaseId });
  return releaseId;
}

const shown = (entries: readonly (EntryLine & { line?: number })[]) =>
  entries
    .map(({ algorithm, value, quality, scheme, code, votes, sourceId, size, revoked }) =>
      JSON.stringify([algorithm, value, quality, scheme, code, votes, sourceId, size, revoked]),
    )
    .toSorted();

test("a list of ours comes out as it went in, without what was taken back, or with lines that take it back", async () => {
  const setId = await newSet(hashlists.anna);
  const lines = [
    `md5,${hashes.md5(1)},,ncmec,A1,3,"cat, ""grey""",77`,
    `sha1,${hashes.sha1(1)},,ncmec,A1,3,"cat, ""grey""",77`,
    `pdq,${hashes.pdq(2)},81,"a,b",c,1,,`,
    `vpdq,${hashes.pdq(3)}:90:0 ${hashes.pdq(4)}:50:1.5,,,,1,,`,
  ];
  const file = [`${HEADER},size`, ...lines].join("\n");
  const releaseId = await inForce(setId, file);
  const whole = await exported({ setId, ...csv });
  expect(whole.fileName).toBe(`${setId}-${releaseId.slice(0, 8)}.csv`);
  expect(whole.trailer).toMatchObject({ written: 4n, revokedWritten: 0n, leftOut: [] });
  expect(shown(readList(whole.file).entries)).toEqual(shown(readList(file).entries));
  await hashlists.ben.revokeEntries({
    requestId: requestId(),
    setId,
    entryIds: [],
    fingerprints: [{ algorithm: "ALGORITHM_MD5", value: Buffer.from(hashes.md5(1), "hex"), quality: 0 }],
    reason: "a cat",
    cause: "REVOCATION_CAUSE_NOT_ILLEGAL",
  });
  expect((await exported({ setId, ...csv })).trailer).toMatchObject({ written: 3n, revokedWritten: 0n });
  const back = await exported({ setId, ...csv, withRevoked: true });
  expect(back.trailer).toMatchObject({ written: 3n, revokedWritten: 1n });
  expect(readList(back.file).entries.filter(({ revoked }) => revoked !== undefined)).toMatchObject([
    { value: hashes.md5(1), revoked: "REVOCATION_CAUSE_NOT_ILLEGAL" },
  ]);
  const identityDir = await bed.identity("operator", "olga");
  await using operator = connect(HashSetViewServiceService, { address: hashlists.address, identityDir });
  const { entries } = await operator.listHistory({ setId, pageSize: 0, pageToken: "" });
  const kind = "HISTORY_KIND_RELEASE_EXPORTED";
  const told = entries.filter((one) => one.kind === kind);
  const noted = { person: "maintainer/ben", subjectId: releaseId };
  expect(told).toMatchObject([noted, noted, noted]);
  expect(told.map(({ entryCount, reason }) => [entryCount, reason])).toEqual([
    [4n, "CSV"],
    [3n, "CSV, of 4"],
    [4n, "CSV"],
  ]);
});

test("a list of VICS comes out as the same records, wherever the hashes of a file lie", async () => {
  const setId = await newSet(hashlists.anna);
  const file = listsOf(500).find(({ format }) => format === "LIST_FORMAT_VICS_JSON")?.file ?? "";
  await inForce(setId, file);
  const { file: out, trailer } = await exported({ setId, ...vics });
  expect(trailer).toMatchObject({ written: 1000n, leftOut: [] });
  const [before, after] = [readList(file), readList(out)];
  expect(after).toMatchObject({ format: "LIST_FORMAT_VICS_JSON", faults: [], remarks: [] });
  expect(shown(after.entries)).toEqual(shown(before.entries));
  expect(out.toString()).not.toMatch(/Series|Victim|Offender|Path|FileName/i);
});

test("who may only look takes nothing away, and what no file of it can say is told", async () => {
  const { anna } = hashlists;
  const reader = { person: "maintainer/rita", organisation: "Hotline", roles: ["SET_MEMBER_ROLE_READER" as const] };
  const made = async (role: SetPolicy["role"]) => {
    const setId = `set-${randomUUID()}`;
    const own = { ...policy, role, autoIssue: false };
    await anna.createSet({ requestId: requestId(), setId, policy: own, members: [...members, reader] });
    await inForce(setId, list(3));
    return setId;
  };
  const [setId, negative] = [await made("SET_ROLE_POSITIVE"), await made("SET_ROLE_NEGATIVE")];
  await expect(exported({ setId, ...csv }, "rita")).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  await expect(exported({ setId, ...csv }, "mallory")).rejects.toMatchObject({ reason: "NOT_FOUND" });
  await expect(exported({ setId, ...csv }, "olga", "operator")).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  await expect(exported({ setId, ...vics })).rejects.toMatchObject({ reason: "WRONG_STATE" });
  await expect(exported({ setId: negative, ...vics, withRevoked: true })).rejects.toMatchObject({
    fields: [{ field: "format" }, { field: "with_revoked" }],
  });
  const children = await made("SET_ROLE_VICTIM_REPORTED");
  for (const asked of [csv, vics]) {
    await expect(exported({ setId: children, ...asked })).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  }
  expect((await exported({ setId: negative, ...csv })).trailer).toMatchObject({ written: 3n });
});

test("a release of two countries' categories is one file each, in as many passes as memory wants", async () => {
  const setId = await newSet(hashlists.anna);
  const files = (scheme: string, from: number) =>
    Array.from({ length: 50 }, (_, n) => {
      const at = `,,${scheme},2,1,file ${from + n}`;
      return `md5,${hashes.md5(from + n)}${at}\nsha1,${hashes.sha1(from + n)}${at}`;
    });
  const releaseId = await inForce(setId, [HEADER, ...files("vics-us", 0), ...files("vics-uk", 100)].join("\n"));
  await expect(exported({ setId, ...vics })).rejects.toMatchObject({ fields: [{ field: "scheme" }] });
  expect((await exported({ setId, ...vics, scheme: "vics-us" })).trailer).toMatchObject({
    written: 100n,
    leftOut: [{ count: 100n }],
  });
  const { collections, close } = await hashlists.stopped();
  held.defer(close);
  const stage = (await collections.releases.load(releaseId))?.state.stage;
  const part = stage !== undefined && "part" in stage ? stage.part : "";
  const release = { releaseId, layers: [part], rows: [200], entryCount: 200, uploadedTime: new Date() };
  expect(await surveyed(collections, release)).toMatchObject({ named: 200 });
  const wanted = { release, scheme: "vics-us", revoked: new PackedIds() };
  const records = async (named: number) =>
    (await Array.fromAsync(recordsOf(collections, { ...wanted, named }, new Map()))).flat();
  const [once, often] = [await records(200), await records(5_000_000)];
  const keyOf = (all: typeof once) => all.map(({ md5, sha1 }) => `${md5.value} ${sha1?.value}`).toSorted();
  expect(keyOf(often)).toEqual(keyOf(once));
  expect(once.every((record) => entriesIn(record) === 2)).toBe(true);
});

import { randomUUID } from "node:crypto";
import { ImpactServiceService } from "@ntd/proto/hashlists/v1/impact_service";
import { connect } from "@ntd/rpc";
import { derivedId, systemClock } from "@ntd/service";
import { startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AlgorithmName } from "../src/formats/entry-line.ts";
import { ofSameFiles } from "../src/revocations/same-files.ts";
import { loadSet } from "../src/sets/load-set.ts";
import { HEADER, newSet, startHashlists, upload } from "./bed.ts";

// One picture has several hashes in a list: what is taken back of it by one of them is found by the others.

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await startHashlists(bed, systemClock);
});
afterAll(async () => {
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const requestId = () => randomUUID();
const DIGITS = { MD5: 32, SHA1: 40, SHA256: 64 } as const;
type Of = keyof typeof DIGITS;
const hex = (algorithm: Of, n: number) => `ab${n.toString(16).padStart(DIGITS[algorithm] - 2, "0")}`;
const line = (algorithm: Of, n: number, file: string) => `${algorithm.toLowerCase()},${hex(algorithm, n)},,,,,${file}`;
const lines = (n: number, file = `f${n}`) => (["MD5", "SHA1", "SHA256"] as const).map((of) => line(of, n, file));
const idOf = (setId: string, algorithm: AlgorithmName & Of, n: number) =>
  derivedId("entry", setId, algorithm, hex(algorithm, n));

async function listed(setId: string, rows: readonly string[], isDelta = false): Promise<string> {
  const { anna, ben } = hashlists;
  const header = isDelta ? ({ kind: "UPLOAD_KIND_DELTA" } as const) : {};
  const { release } = await upload(anna, setId, [HEADER, ...rows, ""].join("\n"), { header });
  const releaseId = release?.releaseId ?? "";
  await ben.approveRelease({ requestId: requestId(), releaseId });
  await ben.activateRelease({ requestId: requestId(), releaseId });
  return releaseId;
}

const naming = (setId: string, ...entryIds: string[]) => ({
  requestId: requestId(),
  setId,
  entryIds,
  fingerprints: [],
  reason: "a beach",
  cause: "REVOCATION_CAUSE_WRONG_FILE" as const,
});

async function revokedIn(setId: string): Promise<string[]> {
  return (await hashlists.revocations(setId)).flatMap(({ entryIds }) => entryIds).toSorted();
}

test("by one hash of a file all that is listed of it is taken back, and given back; others stay", async () => {
  const { anna } = hashlists;
  const setId = await newSet(anna);
  await listed(setId, [...lines(1), ...lines(2), line("MD5", 8, ""), line("MD5", 9, "")]);
  const [first, all] = [
    idOf(setId, "MD5", 1),
    (["MD5", "SHA1", "SHA256"] as const).map((of) => idOf(setId, of, 1)).toSorted(),
  ];
  const one = await anna.revokeEntries(naming(setId, first));
  expect(one.revocation).toMatchObject({ entryCount: 1n, sameFileCount: 2n });
  expect(await revokedIn(setId)).toEqual([first]);
  const request = { ...naming(setId, first), withItsFiles: true };
  const rest = await anna.revokeEntries(request);
  const told = { entryCount: 2n, alreadyRevokedCount: 1n, sameFileCount: 2n, withItsFiles: true };
  expect(rest.revocation).toMatchObject(told);
  expect(await anna.revokeEntries(request)).toEqual(rest);
  expect(await revokedIn(setId)).toEqual(all);
  // Two entries without a source id are not of one file.
  const alone = await anna.revokeEntries({ ...naming(setId, idOf(setId, "MD5", 8)), withItsFiles: true });
  expect(alone.revocation).toMatchObject({ entryCount: 1n, sameFileCount: 0n });

  const [asks, approves] = [await hashlists.asReviser("anna"), await hashlists.asReviser("ben")];
  const { cause: _, ...back } = { ...naming(setId, first), withItsFiles: true };
  const { restoration } = await asks.restoreEntries(back);
  expect(restoration).toMatchObject({ entryCount: 3n, sameFileCount: 2n });
  await approves.approveRestoration({ requestId: requestId(), revocationId: restoration?.revocationId ?? "" });
  expect(await revokedIn(setId)).toEqual([idOf(setId, "MD5", 8)]);
});

test("what comes with the named ones counts towards the ten, and is told before", async () => {
  const { anna } = hashlists;
  const setId = await newSet(anna);
  const files = Array.from({ length: 4 }, (_, n) => n);
  await listed(
    setId,
    files.flatMap((n) => lines(n)),
  );
  const identityDir = await bed.identity("maintainer", "ben");
  await using impact = connect(ImpactServiceService, { address: hashlists.address, identityDir });
  const { requestId: _, reason: _why, ...asked } = naming(setId, ...files.map((n) => idOf(setId, "SHA1", n)));
  expect(await impact.assessRevocation(asked)).toMatchObject({ entryCount: 4n, sameFileCount: 8n });
  const withItsFiles = true;
  const would = await impact.assessRevocation({ ...asked, withItsFiles });
  expect(would).toMatchObject({ entryCount: 12n, sameFileCount: 8n });
  const { revocation } = await anna.revokeEntries({ ...naming(setId, ...asked.entryIds), withItsFiles });
  expect(revocation).toMatchObject({ state: "REVOCATION_STATE_PENDING", entryCount: 12n });
});

test("which entries are of one file says the list in force, with what a delta added to it and removed", async () => {
  const { anna } = hashlists;
  const setId = await newSet(anna);
  await listed(setId, [...lines(1), ...lines(2), ...lines(3, "f3"), ...lines(4, "f4")]);
  await listed(setId, [line("SHA256", 5, "f1"), line("SHA1", 1, "other")], true);
  const { revocation } = await anna.revokeEntries({ ...naming(setId, idOf(setId, "MD5", 1)), withItsFiles: true });
  expect(revocation).toMatchObject({ entryCount: 3n });
  const gone = [idOf(setId, "MD5", 1), idOf(setId, "SHA256", 1), idOf(setId, "SHA256", 5)];
  expect(await revokedIn(setId)).toEqual(gone.toSorted());
});

test("before anything is in force the newest list says it", async () => {
  const { anna } = hashlists;
  const setId = await newSet(anna);
  await upload(anna, setId, [HEADER, ...lines(1), ""].join("\n"));
  const { revocation } = await anna.revokeEntries({ ...naming(setId, idOf(setId, "MD5", 1)), withItsFiles: true });
  expect(revocation).toMatchObject({ entryCount: 3n, sameFileCount: 2n });
});

test("in a list that is longer than may be read for it they are not counted", async () => {
  const { anna } = hashlists;
  const setId = await newSet(anna);
  await listed(setId, [...lines(1), ...lines(2)]);
  const { collections, close } = await hashlists.stopped();
  const { state: set } = await loadSet(collections, setId);
  const { signal } = new AbortController();
  const named = (id: string) => new Set([id]);
  const one = named(idOf(setId, "MD5", 1));
  expect((await ofSameFiles(collections, set, one, { most: 6, signal }))?.ids).toHaveLength(2);
  expect(await ofSameFiles(collections, set, one, { most: 5, signal })).toBeUndefined();
  // What the list does not have is of none of its files, which takes no reading.
  const none = await ofSameFiles(collections, set, named(idOf(setId, "MD5", 9)), { most: 5, signal });
  expect(none?.ids).toEqual([]);
  await close();
});

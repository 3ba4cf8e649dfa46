import { randomUUID } from "node:crypto";
import { HashSetViewServiceService, type HistoryKind } from "@ntd/proto/hashlists/v1/set_view_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HEADER, md5, newSet, rolledBack, startHashlists, upload } from "./bed.ts";
import { hashes } from "./read-list.ts";

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
let views: RpcClient<typeof HashSetViewServiceService>;
const clock = new MovableClock();
const held = new AsyncDisposableStack();
beforeAll(async () => {
  bed = held.use(await startTestBed());
  hashlists = held.use(await startHashlists(bed, clock));
  views = await viewsAs("maintainer", "anna");
});
afterAll(() => held.disposeAsync());

const requestId = () => randomUUID();
const first = { pageSize: 0, pageToken: "" };
const all = { algorithm: "ALGORITHM_UNSPECIFIED", state: "ENTRY_STATE_UNSPECIFIED" } as const;
const oneTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const line = (n: number, code = "A1", votes = 1) => `md5,${md5(n)},,ncmec,${code},${votes},file ${n}`;

async function viewsAs(kind: "maintainer" | "operator", name: string) {
  const identityDir = await bed.identity(kind, name);
  return held.use(connect(HashSetViewServiceService, { address: hashlists.address, identityDir }));
}

async function released(setId: string, lines: readonly string[]): Promise<string> {
  const { release } = await upload(hashlists.anna, setId, [HEADER, ...lines].join("\n"));
  const releaseId = release?.releaseId ?? "";
  await approved(releaseId);
  await hashlists.anna.activateRelease({ requestId: requestId(), releaseId });
  clock.advance(1000);
  return releaseId;
}

async function approved(releaseId: string): Promise<void> {
  clock.advance(1000);
  await hashlists.ben.approveRelease({ requestId: requestId(), releaseId });
  clock.advance(1000);
}

async function revoke(setId: string, n: number): Promise<void> {
  const fingerprints = [{ algorithm: "ALGORITHM_MD5" as const, value: Buffer.from(md5(n), "hex"), quality: 0 }];
  const asked = { requestId: requestId(), setId, entryIds: [], fingerprints, reason: "a cat" };
  await hashlists.ben.revokeEntries({ ...asked, cause: "REVOCATION_CAUSE_NOT_ILLEGAL" });
  clock.advance(1000);
}

/** All pages, of so many each. */
async function paged<T>(page: (at: typeof first) => Promise<{ items: T[]; nextPageToken: string }>, pageSize: number) {
  const pages: T[][] = [];
  let pageToken = "";
  do {
    const { items, nextPageToken } = await page({ pageSize, pageToken });
    pages.push(items);
    pageToken = nextPageToken;
  } while (pageToken !== "");
  return pages;
}

const entriesOf = (setId: string, filter: object = {}, pageSize = 7) =>
  paged(async (at) => {
    const { entries, nextPageToken } = await views.listEntries({ setId, releaseId: "", ...all, ...filter, ...at });
    return { items: entries, nextPageToken };
  }, pageSize);

const valueOf = (one: { entry?: { fingerprint?: { value: Uint8Array } | undefined } | undefined } | undefined) =>
  Buffer.from(one?.entry?.fingerprint?.value ?? []).toString("hex");

test("members and operators are shown a set, and nobody else hears that it is there", async () => {
  const setId = await newSet(hashlists.anna);
  expect((await views.getSet({ setId })).set).toMatchObject({ setId, counter: 0n });
  expect((await (await viewsAs("operator", "olga")).getSet({ setId })).set).toMatchObject({ setId });
  const outsider = await viewsAs("maintainer", "mallory");
  for (const call of [
    outsider.getSet({ setId }),
    outsider.listEntries({ setId, releaseId: "", ...all, ...first }),
    outsider.findEntries({ setId, hashes: [md5(1)] }),
    outsider.listHistory({ setId, ...first }),
  ]) {
    await expect(call).rejects.toMatchObject({ reason: "NOT_FOUND" });
  }
  await expect(views.listEntries({ setId, releaseId: "", ...all, ...first })).rejects.toMatchObject({
    reason: "WRONG_STATE",
  });
});

test("the entries of a release are paged, each once, and go on where they began when another one comes into force", async () => {
  const setId = await newSet(hashlists.anna);
  const lines = [...oneTo(40).map((n) => line(n)), `pdq,${hashes.pdq(1)},80,ncmec,B2,3,`];
  const releaseId = await released(setId, lines);
  const pages = await entriesOf(setId);
  expect(pages.every((page) => page.length <= 7)).toBe(true);
  const listed = pages.flat();
  expect(listed.map(valueOf).toSorted()).toEqual([...oneTo(40).map(md5), hashes.pdq(1)].toSorted());
  expect(listed.find((one) => valueOf(one) === md5(3))).toMatchObject({
    state: "ENTRY_STATE_ACTIVE",
    sourceId: "file 3",
    line: 4,
    entry: { votes: 1, classification: { scheme: "ncmec", code: "A1" } },
  });
  const begun = await views.listEntries({ setId, releaseId: "", ...all, pageSize: 10, pageToken: "" });
  await released(setId, [...lines, line(41)]);
  const behind = await views.listEntries({
    setId,
    releaseId: "",
    ...all,
    pageSize: 200,
    pageToken: begun.nextPageToken,
  });
  expect([begun.releaseId, behind.releaseId]).toEqual([releaseId, releaseId]);
  expect(begun.entries.length + behind.entries.length).toBe(41);
});

test("they are told apart by algorithm, class and whether they were taken back", async () => {
  const setId = await newSet(hashlists.anna);
  await released(setId, [...oneTo(5).map((n) => line(n, n % 2 === 0 ? "A1" : "B1")), `pdq,${hashes.pdq(1)},80,,,,`]);
  await revoke(setId, 2);
  const values = async (filter: object) => (await entriesOf(setId, filter)).flat().map(valueOf).toSorted();
  expect(await values({ algorithm: "ALGORITHM_PDQ" })).toEqual([hashes.pdq(1)]);
  expect(await values({ classification: { scheme: "ncmec", version: "", code: "A1" } })).toEqual([md5(2), md5(4)]);
  expect(await values({ classification: { scheme: "ncmec", version: "", code: "" } })).toHaveLength(5);
  expect(await values({ state: "ENTRY_STATE_REVOKED" })).toEqual([md5(2)]);
  expect(await values({ state: "ENTRY_STATE_ACTIVE", algorithm: "ALGORITHM_MD5" })).toHaveLength(4);
  const wrong = views.listEntries({
    setId,
    releaseId: "",
    ...all,
    algorithm: "UNRECOGNIZED",
    pageSize: -1,
    pageToken: "",
  });
  await expect(wrong).rejects.toMatchObject({ fields: [{ field: "page_size" }, { field: "algorithm" }] });
});

test("a hash is found as people have it, with the releases that list it, and by whose word it was taken back", async () => {
  const setId = await newSet(hashlists.anna);
  const older = await released(setId, [
    line(1),
    line(2),
    `sha256,${hashes.sha256(9)},,,,,`,
    `pdq,${hashes.pdq(9)},80,,,,`,
  ]);
  const newer = await released(setId, [line(1, "A1", 5), line(3), `sha256,${hashes.sha256(9)},,,,,`]);
  await revoke(setId, 1);
  const asked = [md5(1).toUpperCase(), `MD5:${md5(2)}`, md5(77), hashes.sha256(9), `pdq:${hashes.pdq(9)}`];
  const found = await views.findEntries({ setId, hashes: asked });
  expect(found).toMatchObject({ releasesSearched: 2, olderReleasesLeft: false });
  const [one, two, none, both, pdq] = found.hashes;
  expect(one?.entries).toMatchObject([
    {
      listed: { state: "ENTRY_STATE_REVOKED", sourceId: "file 1", entry: { votes: 5 } },
      inForce: true,
      firstListed: { releaseId: older },
      lastListed: { releaseId: newer },
      listedInReleases: 2,
      revocation: { cause: "REVOCATION_CAUSE_NOT_ILLEGAL", reason: "a cat", revokedBy: ["maintainer/ben"] },
    },
  ]);
  expect(two?.entries).toMatchObject([{ inForce: false, listedInReleases: 1, lastListed: { releaseId: older } }]);
  expect(none).toEqual({ hash: md5(77), entries: [] });
  // 64 digits may be a PDQ too: it is looked for as whatever it can be.
  expect(both?.entries.map(({ listed }) => listed?.entry?.fingerprint?.algorithm).toSorted()).toEqual([
    "ALGORITHM_PDQ",
    "ALGORITHM_SHA256",
  ]);
  expect(pdq?.entries).toHaveLength(1);
  await expect(views.findEntries({ setId, hashes: [md5(1), "cat.jpg", "abc"] })).rejects.toMatchObject({
    fields: [{ field: "hashes[1]" }, { field: "hashes[2]" }],
  });
});

test("two releases are compared in numbers and entry by entry, what was taken back in neither", async () => {
  const setId = await newSet(hashlists.anna);
  const older = await released(setId, [...oneTo(10).map((n) => line(n)), line(50)]);
  const newer = await released(setId, [
    ...oneTo(8).map((n) => line(n, n === 1 ? "B2" : "A1", n === 2 ? 9 : 1)),
    line(60),
  ]);
  await revoke(setId, 50);
  const pair = { olderReleaseId: older, newerReleaseId: newer };
  expect(await views.diffReleases(pair)).toMatchObject({ added: 1n, removed: 2n, changed: 2n, reclassed: 1n });
  const differences = async (kind: "DIFFERENCE_KIND_UNSPECIFIED" | "DIFFERENCE_KIND_CHANGED", pageSize: number) =>
    (
      await paged(async (at) => {
        const page = await views.listDifferences({ ...pair, kind, ...at });
        return { items: page.differences, nextPageToken: page.nextPageToken };
      }, pageSize)
    ).flat();
  const shown = (await differences("DIFFERENCE_KIND_UNSPECIFIED", 2)).map(({ kind, before, after }) =>
    [kind.slice("DIFFERENCE_KIND_".length), valueOf(before), valueOf(after)].join(" "),
  );
  expect(shown.toSorted()).toEqual([
    `ADDED  ${md5(60)}`,
    `CHANGED ${md5(1)} ${md5(1)}`,
    `CHANGED ${md5(2)} ${md5(2)}`,
    `REMOVED ${md5(9)} `,
    `REMOVED ${md5(10)} `,
  ]);
  const [changed] = (await differences("DIFFERENCE_KIND_CHANGED", 50)).filter(({ after }) => valueOf(after) === md5(2));
  expect(changed).toMatchObject({ before: { entry: { votes: 1 } }, after: { entry: { votes: 9 } } });
  const other = await released(await newSet(hashlists.anna), [line(1)]);
  const unlike = views.diffReleases({ olderReleaseId: other, newerReleaseId: newer });
  await expect(unlike).rejects.toMatchObject({ reason: "NOT_FOUND" });
});

test("the history of a set tells who did what, the newest first, also the way back and who took what with them", async () => {
  const { anna, ben } = hashlists;
  const setId = await newSet(anna);
  clock.advance(1000);
  const one = await released(setId, [line(1), line(2)]);
  const two = await released(setId, [line(1), line(2), line(3)]);
  await rolledBack(hashlists, setId, one);
  clock.advance(1000);
  await revoke(setId, 2);
  const { release } = await upload(anna, setId, [HEADER, line(7)].join("\n"));
  clock.advance(1000);
  await ben.rejectRelease({ requestId: requestId(), releaseId: release?.releaseId ?? "", reason: "not ours" });
  const terms = { jurisdiction: "MY", licence: "", termsOfUse: "", scheme: "", approverOfOtherOrganisation: false };
  clock.advance(1000);
  const { change } = await anna.proposeSetChange({ requestId: requestId(), setId, terms, reason: "home law" });
  clock.advance(1000);
  await ben.approveSetChange({ requestId: requestId(), setId, changeId: change?.changeId ?? "" });
  const whole = await paged(async (at) => {
    const { entries, nextPageToken } = await views.listHistory({ setId, ...at });
    return { items: entries, nextPageToken };
  }, 4);
  // What was proposed for the way back came at the same moment.
  const told = whole.flat().filter(({ reason }) => reason !== "the newer one is wrong");
  const kinds = told.map(({ kind, person }) => `${kind satisfies HistoryKind} ${person}`.slice("HISTORY_KIND_".length));
  expect(kinds).toEqual([
    "CHANGE_IN_FORCE maintainer/ben",
    "CHANGE_PROPOSED maintainer/anna",
    "RELEASE_REFUSED maintainer/ben",
    "RELEASE_UPLOADED maintainer/anna",
    "REVOCATION_REQUESTED maintainer/ben",
    "REVOCATION_EFFECTIVE ",
    "RELEASE_ROLLED_BACK maintainer/anna",
    "RELEASE_ACTIVATED maintainer/anna",
    "RELEASE_APPROVED maintainer/ben",
    "RELEASE_UPLOADED maintainer/anna",
    "RELEASE_ACTIVATED maintainer/anna",
    "RELEASE_APPROVED maintainer/ben",
    "RELEASE_UPLOADED maintainer/anna",
    "SET_CREATED maintainer/anna",
  ]);
  expect(told.filter(({ kind }) => kind === "HISTORY_KIND_RELEASE_REFUSED")).toMatchObject([{ reason: "not ours" }]);
  const back = told.find(({ kind }) => kind === "HISTORY_KIND_RELEASE_ROLLED_BACK");
  expect(back).toMatchObject({ subjectId: one, entryCount: 2n });
  expect(told[7]).toMatchObject({ subjectId: two });
});

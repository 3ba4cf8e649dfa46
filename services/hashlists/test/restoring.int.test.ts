import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import type { RevokeEntriesRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { RevocationServiceService } from "@ntd/proto/hashlists/v1/revocation_service";
import type { RpcClient } from "@ntd/rpc";
import { derivedId, MovableClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { HEADER, list, md5, md5Line, newSet, startHashlists, upload } from "./bed.ts";

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
let anna: RpcClient<typeof RevocationServiceService>;
let ben: RpcClient<typeof RevocationServiceService>;
const clock = new MovableClock();
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await startHashlists(bed, clock);
  [anna, ben] = [await hashlists.asReviser("anna"), await hashlists.asReviser("ben")];
});
afterAll(async () => {
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});
// What one person takes back alone counts for a day, in all sets together: each test has a day of its own.
beforeEach(() => clock.advance(24 * 3_600_000));

const requestId = () => randomUUID();
const oneTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const idOf = (setId: string, n: number) => derivedId("entry", setId, "MD5", md5(n));
const idsOf = (setId: string, ...ns: number[]) => ns.map((n) => idOf(setId, n)).toSorted();
const SAME_PERSON = { reason: "SAME_PERSON" };

async function put(setId: string, csv: string): Promise<string> {
  const { release } = await upload(hashlists.anna, setId, csv);
  const releaseId = release?.releaseId ?? "";
  await hashlists.ben.approveRelease({ requestId: requestId(), releaseId });
  await hashlists.ben.activateRelease({ requestId: requestId(), releaseId });
  return releaseId;
}

/** A set with so many lines in force, its counter at 1. */
async function setInForce(lines: number): Promise<string> {
  const setId = await newSet(hashlists.anna);
  await put(setId, list(lines));
  return setId;
}

const naming = (setId: string, ...ns: number[]) => ({
  requestId: requestId(),
  setId,
  entryIds: ns.map((n) => idOf(setId, n)),
  fingerprints: [],
  reason: "it was right",
});
const revoking = (setId: string, ...ns: number[]): RevokeEntriesRequest => ({
  ...naming(setId, ...ns),
  reason: "listed by mistake",
  cause: "REVOCATION_CAUSE_WRONG_FILE",
});

async function restored(setId: string, ...ns: number[]) {
  const { restoration } = await anna.restoreEntries(naming(setId, ...ns));
  const revocationId = restoration?.revocationId ?? "";
  return (await ben.approveRestoration({ requestId: requestId(), revocationId })).restoration;
}

/** Which entries are told as revoked behind a counter, and with which counters. */
async function revokedIn(setId: string, after = 0n) {
  const told = (await hashlists.revocations(setId, after)).filter(({ entryIds }) => entryIds.length > 0);
  return told.map(({ counter, entryIds }) => [Number(counter), entryIds.toSorted()]);
}

async function changesIn(setId: string, after: bigint, through = 0n) {
  const all = await Array.fromAsync(hashlists.changes(setId, after, through));
  const ids = (of: "added" | "changed") => all.flatMap((one) => one[of].map(({ entryId }) => entryId)).toSorted();
  const removed = [...new Set(all.flatMap(({ removedEntryIds }) => removedEntryIds))].toSorted();
  return { added: ids("added"), changed: ids("changed"), removed, only: !(all[0]?.header?.othersInBetween ?? true) };
}

test("what one person took back alone within a day counts: the eleventh entry waits for another person", async () => {
  const setId = await setInForce(30);
  for (const ns of [[1, 2, 3, 4], [5, 6, 7, 8, 9], [10]]) {
    expect((await hashlists.anna.revokeEntries(revoking(setId, ...ns))).revocation?.state).toBe(
      "REVOCATION_STATE_EFFECTIVE",
    );
  }
  const ask = revoking(setId, 11);
  const { revocation } = await hashlists.anna.revokeEntries(ask);
  expect(revocation).toMatchObject({ state: "REVOCATION_STATE_PENDING", entryCount: 1n, takenAloneCount: 10n });
  expect((await hashlists.anna.revokeEntries(ask)).revocation).toEqual(revocation);
  const word = { requestId: requestId(), revocationId: revocation?.revocationId ?? "" };
  await expect(hashlists.anna.approveRevocation(word)).rejects.toMatchObject(SAME_PERSON);
  expect((await hashlists.ben.approveRevocation(word)).revocation?.state).toBe("REVOCATION_STATE_EFFECTIVE");
  // Another set makes nobody's ten more; another person and another day do.
  const elsewhere = await hashlists.anna.revokeEntries(revoking(await setInForce(11), 1));
  expect(elsewhere.revocation).toMatchObject({ state: "REVOCATION_STATE_PENDING", takenAloneCount: 10n });
  const other = await hashlists.ben.revokeEntries(revoking(setId, 12));
  expect(other.revocation).toMatchObject({ state: "REVOCATION_STATE_EFFECTIVE", takenAloneCount: 0n });
  clock.advance(24 * 3_600_000);
  const nextDay = await hashlists.anna.revokeEntries(revoking(setId, 13));
  expect(nextDay.revocation).toMatchObject({ state: "REVOCATION_STATE_EFFECTIVE", takenAloneCount: 0n });
});

test.each([
  { where: "in one set", sets: 1 },
  { where: "in as many sets", sets: 6 },
])("of six calls at the same moment $where two have what one person may, whichever came first", async ({ sets }) => {
  const setIds: string[] = [];
  for (let nth = 0; nth < sets; nth++) setIds.push(await setInForce(30));
  const answers = await Promise.all(
    oneTo(6).map((n) => {
      const setId = setIds[n % sets] ?? "";
      return hashlists.anna.revokeEntries(revoking(setId, 4 * n - 3, 4 * n - 2, 4 * n - 1, 4 * n));
    }),
  );
  const states = answers.map(({ revocation }) => revocation?.state ?? "").toSorted();
  expect(states).toEqual([
    ...Array.from({ length: 2 }, () => "REVOCATION_STATE_EFFECTIVE"),
    ...Array.from({ length: 4 }, () => "REVOCATION_STATE_PENDING"),
  ]);
});

test("one that waits is withdrawn by who asked or by an approver, and whoever comes later hears by whom", async () => {
  const setId = await setInForce(30);
  const pending = async () =>
    (await hashlists.anna.revokeEntries(revoking(setId, ...oneTo(11)))).revocation?.revocationId ?? "";
  const [own, other] = [await pending(), await pending()];
  const word = { requestId: requestId(), revocationId: own };
  const { revocation } = await anna.withdrawRevocation(word);
  expect(revocation).toMatchObject({ state: "REVOCATION_STATE_WITHDRAWN", withdrawnBy: "maintainer/anna" });
  expect((await anna.withdrawRevocation(word)).revocation).toEqual(revocation);
  const late = { requestId: requestId(), revocationId: own };
  await expect(hashlists.ben.approveRevocation(late)).rejects.toThrow("withdrawn by maintainer/anna");
  await expect(ben.withdrawRevocation(late)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  expect((await ben.withdrawRevocation({ ...late, revocationId: other })).revocation?.withdrawnBy).toBe(
    "maintainer/ben",
  );
  const { revocations } = await hashlists.ben.listRevocations({ setId, pageSize: 0, pageToken: "" });
  expect(revocations.map(({ state }) => state)).toEqual(revocations.map(() => "REVOCATION_STATE_WITHDRAWN"));
  expect(await revokedIn(setId)).toEqual([]);
  const outsider = await hashlists.asReviser("zoe");
  const none = { reason: "NOT_FOUND" };
  await expect(outsider.withdrawRevocation(late)).rejects.toMatchObject(none);
  await expect(anna.withdrawRestoration(late)).rejects.toMatchObject(none);
});

test("however few, entries are given back by two persons, told as added, and revoked no more", async () => {
  const setId = await setInForce(5);
  await hashlists.anna.revokeEntries(revoking(setId, 2, 3, 4)); // 2
  const ask = naming(setId, 2, 3);
  const { restoration } = await anna.restoreEntries(ask);
  expect(restoration).toMatchObject({ state: "REVOCATION_STATE_PENDING", restores: true, entryCount: 2n });
  expect((await anna.restoreEntries(ask)).restoration).toEqual(restoration);
  await expect(anna.restoreEntries({ ...ask, reason: "another" })).rejects.toMatchObject({
    reason: "REQUEST_ID_REUSED",
  });
  const word = { requestId: requestId(), revocationId: restoration?.revocationId ?? "" };
  await expect(anna.approveRestoration(word)).rejects.toMatchObject(SAME_PERSON);
  // Nobody gives back what he thinks he takes back.
  await expect(hashlists.ben.approveRevocation(word)).rejects.toMatchObject({ reason: "NOT_FOUND" });
  expect(await revokedIn(setId)).toEqual([[2, idsOf(setId, 2, 3, 4)]]);
  const approved = await ben.approveRestoration(word); // 3
  expect(approved.restoration).toMatchObject({
    state: "REVOCATION_STATE_EFFECTIVE",
    approvedBy: "maintainer/ben",
    counter: 3n,
  });
  expect(await ben.approveRestoration(word)).toEqual(approved);

  expect(await revokedIn(setId)).toEqual([[2, idsOf(setId, 4)]]);
  expect(await changesIn(setId, 2n)).toEqual({ added: idsOf(setId, 2, 3), changed: [], removed: [], only: false });
  expect(await changesIn(setId, 1n)).toEqual({ added: [], changed: [], removed: idsOf(setId, 4), only: false });
  expect(await changesIn(setId, 1n, 2n)).toMatchObject({ added: [], removed: idsOf(setId, 2, 3, 4), only: true });
  const events = await eventually("it is told", async () => {
    const seen = (await bed.published(nouns.release)).filter(({ data }) => data.setId === setId);
    return seen.length === 4 && seen;
  });
  expect(events.map(({ verb, data }) => [verb, data.counter, data.restoredCounter]).slice(2)).toEqual([
    ["revoked", 2n, undefined],
    ["restored", 3n, 3n],
  ]);
  const { revocations } = await hashlists.anna.listRevocations({ setId, pageSize: 0, pageToken: "" });
  expect(revocations.map(({ restores }) => restores).filter(Boolean)).toEqual([true]);

  // Revoked again, it is; and given back again.
  const again = await hashlists.anna.revokeEntries(revoking(setId, 2, 4)); // 4
  expect(again.revocation).toMatchObject({ entryCount: 1n, alreadyRevokedCount: 1n, counter: 4n });
  expect(await changesIn(setId, 3n)).toEqual({ added: [], changed: [], removed: idsOf(setId, 2), only: true });
  expect(await changesIn(setId, 2n)).toMatchObject({ added: idsOf(setId, 3), removed: idsOf(setId, 2) });
  expect((await restored(setId, 2, 4))?.counter).toBe(5n);
  expect(await revokedIn(setId)).toEqual([]);
  expect(await changesIn(setId, 1n)).toMatchObject({ added: [], removed: [] });
});

test("what is not taken back is named and not given back, and one that waits can be withdrawn", async () => {
  const setId = await setInForce(5);
  await hashlists.anna.revokeEntries(revoking(setId, 2));
  await expect(anna.restoreEntries(naming(setId, 1, 2, 9))).rejects.toMatchObject({
    reason: "NOT_FOUND",
    fields: [
      { field: "entry_ids[0]", description: "is not taken back" },
      { field: "entry_ids[2]", description: "is not taken back" },
    ],
  });
  const { restoration } = await anna.restoreEntries(naming(setId, 2));
  const word = { requestId: requestId(), revocationId: restoration?.revocationId ?? "" };
  expect((await ben.withdrawRestoration(word)).restoration).toMatchObject({
    state: "REVOCATION_STATE_WITHDRAWN",
    withdrawnBy: "maintainer/ben",
  });
  await expect(ben.approveRestoration({ ...word, requestId: requestId() })).rejects.toThrow(
    "withdrawn by maintainer/ben",
  );
  expect(await revokedIn(setId)).toEqual([[2, idsOf(setId, 2)]]);
});

test("given back, an entry is found in the release in force if that lists it, and a tombstone takes it back again", async () => {
  const setId = await setInForce(5);
  await hashlists.anna.revokeEntries(revoking(setId, 2, 3)); // 2
  const rows = [1, 2, 4, 5, 6].map(md5Line);
  await put(setId, [HEADER, ...rows, ""].join("\n")); // 3
  expect(await changesIn(setId, 2n)).toMatchObject({ added: idsOf(setId, 6), removed: [] });
  await restored(setId, 2, 3); // 4
  expect(await changesIn(setId, 3n)).toMatchObject({ added: idsOf(setId, 2), removed: [] });
  expect(await changesIn(setId, 2n)).toMatchObject({ added: idsOf(setId, 2, 6), removed: [] });
  // From before it was revoked on: it can be found as it could; the other one was dropped.
  expect(await changesIn(setId, 1n)).toMatchObject({ added: idsOf(setId, 6), removed: idsOf(setId, 3) });
  const gone = [`${HEADER},revoked`, ...[1, 4, 5, 6].map((n) => `${md5Line(n)},`), `${md5Line(2)},wrong-file`, ""];
  await put(setId, gone.join("\n"));
  expect(await revokedIn(setId)).toEqual([[5, idsOf(setId, 2)]]);
});

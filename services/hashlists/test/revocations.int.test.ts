import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import type { RevokeEntriesRequest, StreamRevocationsResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { derivedId, MovableClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { HEADER, list, md5, md5Line, newSet, startHashlists, upload } from "./bed.ts";

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
const clock = new MovableClock();
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await startHashlists(bed, clock);
});
afterAll(async () => {
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});
// What one person takes back alone counts for a day, in all sets together: each test has a day of its own.
beforeEach(() => clock.advance(24 * 3_600_000));

const requestId = () => randomUUID();
const page = { pageSize: 0, pageToken: "" };
const idOf = (setId: string, n: number) => derivedId("entry", setId, "MD5", md5(n));
const fingerprint = (n: number) => ({
  algorithm: "ALGORITHM_MD5" as const,
  value: Buffer.from(md5(n), "hex"),
  quality: 0,
});

/** A set with a list of so many lines in force, its counter at 1. */
async function setInForce(lines: number): Promise<{ setId: string; releaseId: string }> {
  const { anna, ben } = hashlists;
  const setId = await newSet(anna);
  const { release } = await upload(anna, setId, list(lines));
  const releaseId = release?.releaseId ?? "";
  await ben.approveRelease({ requestId: requestId(), releaseId });
  await anna.activateRelease({ requestId: requestId(), releaseId });
  return { setId, releaseId };
}

function wanted(setId: string, ns: readonly number[]): RevokeEntriesRequest {
  const entryIds = ns.map((n) => idOf(setId, n));
  return {
    requestId: requestId(),
    setId,
    entryIds,
    fingerprints: [],
    reason: "listed by mistake",
    cause: "REVOCATION_CAUSE_WRONG_FILE",
  };
}
const oneTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

/** What came, as counter and ids, and through which counter. */
function told(stream: readonly StreamRevocationsResponse[]) {
  const some = stream.filter(({ entryIds }) => entryIds.length > 0);
  return {
    revoked: some.map(({ counter, entryIds }) => ({ counter: Number(counter), ids: entryIds.toSorted() })),
    through: stream.map(({ throughCounter }) => Number(throughCounter)).at(-1),
  };
}

test("one person takes an entry back by its id or fingerprint: it is told with the set's counter raised", async () => {
  const { anna, entries, revocations } = hashlists;
  const { setId, releaseId } = await setInForce(5);
  expect(told(await revocations(setId))).toEqual({ revoked: [], through: 1 });
  const { revocation } = await anna.revokeEntries({ ...wanted(setId, [2, 3]), fingerprints: [fingerprint(3)] });
  expect(revocation).toMatchObject({
    setId,
    state: "REVOCATION_STATE_EFFECTIVE",
    entryCount: 2n,
    alreadyRevokedCount: 0n,
    reason: "listed by mistake",
    cause: "REVOCATION_CAUSE_WRONG_FILE",
    requestedBy: "maintainer/anna",
    approvedBy: "",
    counter: 2n,
  });
  const cause = "REVOCATION_CAUSE_EXPIRED";
  const second = await anna.revokeEntries({ ...wanted(setId, [2]), fingerprints: [fingerprint(4)], cause });
  expect(second.revocation).toMatchObject({ entryCount: 1n, alreadyRevokedCount: 1n, counter: 3n });

  const [two, four] = [[idOf(setId, 2), idOf(setId, 3)].toSorted(), [idOf(setId, 4)]];
  const all = [
    { counter: 2, ids: two },
    { counter: 3, ids: four },
  ];
  expect(told(await revocations(setId))).toEqual({ revoked: all, through: 3 });
  expect((await revocations(setId)).map((one) => [one.cause, one.revokedBy])).toEqual([
    ["REVOCATION_CAUSE_WRONG_FILE", ["maintainer/anna"]],
    ["REVOCATION_CAUSE_EXPIRED", ["maintainer/anna"]],
    ["REVOCATION_CAUSE_UNSPECIFIED", []],
  ]);
  expect(told(await revocations(setId, 2n))).toEqual({ revoked: [{ counter: 3, ids: four }], through: 3 });
  expect(told(await revocations(setId, 3n))).toEqual({ revoked: [], through: 3 });
  expect((await entries(releaseId)).length).toBe(5);
  const events = await eventually("four events", async () => {
    const seen = (await bed.published(nouns.release)).filter(({ data }) => data.setId === setId);
    return seen.length === 4 && seen;
  });
  expect(events.map(({ verb, data }) => [verb, data.counter, data.entryCount, data.activeReleaseId]).slice(2)).toEqual([
    ["revoked", 2n, 5n, releaseId],
    ["revoked", 3n, 5n, releaseId],
  ]);
});

test("what one person took back for one cause comes together, where that is asked for", async () => {
  const { anna, revocations } = hashlists;
  const { setId } = await setInForce(4);
  await anna.revokeEntries(wanted(setId, [1]));
  await anna.revokeEntries({ ...wanted(setId, [2]), cause: "REVOCATION_CAUSE_EXPIRED" });
  await anna.revokeEntries(wanted(setId, [3]));
  const came = await revocations(setId, 0n, true);
  expect(came.map(({ counter, cause, entryIds }) => [counter, cause, entryIds])).toEqual([
    [4n, "REVOCATION_CAUSE_WRONG_FILE", [idOf(setId, 1), idOf(setId, 3)]],
    [3n, "REVOCATION_CAUSE_EXPIRED", [idOf(setId, 2)]],
    [0n, "REVOCATION_CAUSE_UNSPECIFIED", []],
  ]);
  expect(came.map(({ throughCounter }) => throughCounter)).toEqual([4n, 4n, 4n]);
});

test("taking back what is revoked already changes nothing and is not told", async () => {
  const { anna, revocations } = hashlists;
  const { setId } = await setInForce(3);
  await anna.revokeEntries(wanted(setId, [1]));
  const again = await anna.revokeEntries(wanted(setId, [1]));
  expect(again.revocation).toMatchObject({
    state: "REVOCATION_STATE_EFFECTIVE",
    entryCount: 0n,
    alreadyRevokedCount: 1n,
    counter: 2n,
  });
  expect(told(await revocations(setId))).toEqual({ revoked: [{ counter: 2, ids: [idOf(setId, 1)] }], through: 2 });
});

test("more than ten entries wait for another person", async () => {
  const { anna, ben, revocations } = hashlists;
  const { setId } = await setInForce(1500);
  const ten = await anna.revokeEntries(wanted(setId, oneTo(10)));
  expect(ten.revocation?.state).toBe("REVOCATION_STATE_EFFECTIVE");
  clock.advance(1000);
  const ask = wanted(setId, oneTo(1300));
  const { revocation } = await anna.revokeEntries(ask);
  expect(revocation).toMatchObject({
    state: "REVOCATION_STATE_PENDING",
    entryCount: 1290n,
    alreadyRevokedCount: 10n,
    counter: 0n,
  });
  expect(told(await revocations(setId)).through).toBe(2);
  const revocationId = revocation?.revocationId ?? "";
  await expect(anna.approveRevocation({ requestId: requestId(), revocationId })).rejects.toMatchObject({
    reason: "SAME_PERSON",
  });
  clock.advance(1000);
  const approval = { requestId: requestId(), revocationId };
  const approved = await ben.approveRevocation(approval);
  expect(approved.revocation).toMatchObject({
    state: "REVOCATION_STATE_EFFECTIVE",
    approvedBy: "maintainer/ben",
    counter: 3n,
  });
  const stream = await revocations(setId, 2n);
  expect(stream[0]?.revokedBy).toEqual(["maintainer/anna", "maintainer/ben"]);
  const ids = stream.flatMap(({ entryIds }) => entryIds);
  expect(ids.toSorted()).toEqual(
    oneTo(1300)
      .slice(10)
      .map((n) => idOf(setId, n))
      .toSorted(),
  );
  expect(told(stream).through).toBe(3);

  expect(await ben.approveRevocation(approval)).toEqual(approved);
  await expect(ben.approveRevocation({ requestId: requestId(), revocationId })).rejects.toMatchObject({
    reason: "WRONG_STATE",
  });
  expect((await anna.revokeEntries(ask)).revocation).toEqual(revocation);
  const listed = await anna.listRevocations({ setId, ...page });
  expect(listed.revocations.map((r) => [r.state, r.entryCount, r.requestedBy, r.approvedBy])).toEqual([
    ["REVOCATION_STATE_EFFECTIVE", 1290n, "maintainer/anna", "maintainer/ben"],
    ["REVOCATION_STATE_EFFECTIVE", 10n, "maintainer/anna", ""],
  ]);
});

test("an entry stays revoked in the set, whatever release of it is in force", async () => {
  const { anna, ben, revocations } = hashlists;
  const { setId } = await setInForce(2);
  await anna.revokeEntries(wanted(setId, [1]));
  const { release } = await upload(anna, setId, list(3));
  const releaseId = release?.releaseId ?? "";
  await ben.approveRelease({ requestId: requestId(), releaseId });
  await anna.activateRelease({ requestId: requestId(), releaseId });
  expect(told(await revocations(setId))).toEqual({ revoked: [{ counter: 2, ids: [idOf(setId, 1)] }], through: 3 });
  // Of any release of the set, in force or not.
  await upload(anna, setId, `${HEADER}\n${md5Line(9)}\n`);
  await upload(anna, setId, `${HEADER}\nmd5,faulty,,,,,\n`);
  const others = await anna.revokeEntries(wanted(setId, [3, 9]));
  expect(others.revocation).toMatchObject({ entryCount: 2n, counter: 4n });
});

test("entries that are not there are named by their fields, twenty at most, and nothing is revoked", async () => {
  const { anna, revocations } = hashlists;
  const { setId } = await setInForce(3);
  const unknown = { ...wanted(setId, [1, 7]), fingerprints: [fingerprint(2), fingerprint(8)] };
  await expect(anna.revokeEntries(unknown)).rejects.toMatchObject({
    reason: "NOT_FOUND",
    fields: [
      { field: "entry_ids[1]", description: "is no entry of this set" },
      { field: "fingerprints[1]", description: "is no entry of this set" },
    ],
  });
  const problem = await anna.revokeEntries(wanted(setId, oneTo(50))).catch((error: unknown) => error);
  expect(problem).toMatchObject({ reason: "NOT_FOUND" });
  expect((problem as { fields: unknown[] }).fields.length).toBe(20);
  expect(told(await revocations(setId))).toEqual({ revoked: [], through: 1 });
  expect((await anna.listRevocations({ setId, ...page })).revocations).toEqual([]);
});

test("a repeat gets the first answer, and another body under its id is refused", async () => {
  const { anna, ben, revocations } = hashlists;
  const { setId } = await setInForce(4);
  const ask = wanted(setId, [1]);
  const first = await anna.revokeEntries(ask);
  expect(await anna.revokeEntries(ask)).toEqual(first);
  await expect(anna.revokeEntries({ ...ask, reason: "another" })).rejects.toMatchObject({
    reason: "REQUEST_ID_REUSED",
  });
  expect((await ben.revokeEntries({ ...ask, entryIds: [idOf(setId, 2)] })).revocation?.counter).toBe(3n);
  expect(told(await revocations(setId)).through).toBe(3);
});

test("revocations and an activation at the same moment each get a counter of their own, and nothing is lost", async () => {
  const { anna, ben, revocations } = hashlists;
  const { setId } = await setInForce(30);
  const { release } = await upload(anna, setId, list(31));
  const releaseId = release?.releaseId ?? "";
  await ben.approveRelease({ requestId: requestId(), releaseId });
  const [, ...answers] = await Promise.all([
    anna.activateRelease({ requestId: requestId(), releaseId }),
    ...oneTo(8).map((n) => (n % 2 === 0 ? anna : ben).revokeEntries(wanted(setId, [n, 30]))),
  ]);
  const stream = told(await revocations(setId));
  expect(stream.through).toBe(10);
  const counters = stream.revoked.map(({ counter }) => counter);
  const ascending = [...new Set(counters)].toSorted((a, b) => a - b);
  expect([counters.length, counters]).toEqual([8, ascending]);
  const answered = answers.map(({ revocation }) => Number(revocation?.counter));
  expect(answered.toSorted((a, b) => a - b)).toEqual(ascending);
  const ids = new Set(stream.revoked.flatMap((some) => some.ids));
  expect(ids).toEqual(new Set([...oneTo(8), 30].map((n) => idOf(setId, n))));
});

test("what is not there is not found, and who may do what is told by the certificate", async () => {
  const { anna, as, revocations } = hashlists;
  const { setId } = await setInForce(1);
  const none = { reason: "NOT_FOUND" };
  await expect(anna.revokeEntries(wanted("none", [1]))).rejects.toMatchObject(none);
  await expect(anna.listRevocations({ setId: "none", ...page })).rejects.toMatchObject(none);
  await expect(revocations("none")).rejects.toMatchObject(none);
  await expect(anna.approveRevocation({ requestId: requestId(), revocationId: requestId() })).rejects.toMatchObject(
    none,
  );
  const operator = await as("operator", "olga");
  expect((await operator.listRevocations({ setId, ...page })).revocations).toEqual([]);
  await expect(operator.revokeEntries(wanted(setId, [1]))).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
});

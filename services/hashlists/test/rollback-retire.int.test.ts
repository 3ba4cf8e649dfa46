import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { derivedId, systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { list, md5, newSet, policy, rolledBack, startHashlists, upload } from "./bed.ts";

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
const WRONG_STATE = { reason: "WRONG_STATE" };
const setOf = async (setId: string) =>
  (await hashlists.anna.listSets({ pageSize: 100, pageToken: "" })).sets.find((set) => set.setId === setId);

async function approved(setId: string, lines: number): Promise<string> {
  const { release } = await upload(hashlists.anna, setId, list(lines));
  const releaseId = release?.releaseId ?? "";
  await hashlists.ben.approveRelease({ requestId: requestId(), releaseId });
  return releaseId;
}

/** A set in which so many lists came into force one after the other. */
async function inForce(...lines: number[]) {
  const setId = await newSet(hashlists.anna);
  const releases: string[] = [];
  for (const count of lines) {
    const releaseId = await approved(setId, count);
    await hashlists.ben.activateRelease({ requestId: requestId(), releaseId });
    releases.push(releaseId);
  }
  return { setId, releases };
}

const proposal = (setId: string, wanted: { rollbackToReleaseId?: string; retire?: boolean }) => ({
  requestId: requestId(),
  setId,
  reason: "the newer one is wrong",
  ...wanted,
});

test("an earlier release is in force again by two persons alone; a repeat of the proposal is what it was", async () => {
  const { setId, releases } = await inForce(3, 4);
  const [first = "", second = ""] = releases;
  const ask = proposal(setId, { rollbackToReleaseId: first });
  const { change } = await hashlists.ben.proposeSetChange(ask);
  expect(change).toMatchObject({ state: "SET_CHANGE_STATE_PENDING", rollbackToReleaseId: first });
  const word = { requestId: requestId(), setId, changeId: change?.changeId ?? "" };
  await expect(hashlists.ben.approveSetChange(word)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  expect((await setOf(setId))?.activeReleaseId).toBe(second);
  await hashlists.anna.approveSetChange(word);
  expect(await setOf(setId)).toMatchObject({ activeReleaseId: first, counter: 3n });
  expect((await hashlists.ben.proposeSetChange(ask)).change).toEqual(change);
  const told = await eventually("it is told", async () => {
    const seen = (await bed.published(nouns.release)).filter(({ data }) => data.setId === setId);
    return seen.length === 4 && seen.map(({ verb, data }) => [verb, data.activeReleaseId]);
  });
  expect(told.at(-1)).toEqual(["activated", first]);
});

test("what is no way back is named: a release that never was in force, is in force, or is another set's", async () => {
  const { setId, releases } = await inForce(3, 4);
  const { releases: others } = await inForce(2);
  const fresh = await approved(setId, 5);
  for (const [releaseId, says] of [
    [fresh, "a release that was not yet is activated"],
    [releases[1], "is in force already"],
    [others[0], "was not in force in this set"],
  ]) {
    const wanted = hashlists.ben.proposeSetChange(proposal(setId, { rollbackToReleaseId: releaseId ?? "" }));
    await expect(wanted).rejects.toMatchObject({
      fields: [{ field: "rollback_to_release_id", description: expect.stringContaining(says ?? "") }],
    });
  }
  for (const other of [{ policy }, { recipients: { recipients: [] } }]) {
    const both = hashlists.anna.proposeSetChange({ ...proposal(setId, { retire: true }), ...other });
    await expect(both).rejects.toMatchObject({ fields: [{ field: "retire" }] });
  }
});

test("what came into force since a way back was proposed is not taken out unseen", async () => {
  const { setId, releases } = await inForce(3, 4);
  const { change } = await hashlists.ben.proposeSetChange(proposal(setId, { rollbackToReleaseId: releases[0] ?? "" }));
  await hashlists.ben.activateRelease({ requestId: requestId(), releaseId: await approved(setId, 5) });
  const late = { requestId: requestId(), setId, changeId: change?.changeId ?? "" };
  await expect(hashlists.anna.approveSetChange(late)).rejects.toMatchObject({
    ...WRONG_STATE,
    message: expect.stringContaining("overtaken"),
  });
});

test("a set is retired by two: nothing comes into force any more, it stays readable, and what it decided can be taken back", async () => {
  const { setId, releases } = await inForce(3, 4);
  const pending = await approved(setId, 5);
  const { change } = await hashlists.anna.proposeSetChange(proposal(setId, { retire: true }));
  await hashlists.ben.approveSetChange({ requestId: requestId(), setId, changeId: change?.changeId ?? "" });
  expect(await setOf(setId)).toMatchObject({ activeReleaseId: "", counter: 3n, retiredTime: expect.any(Date) });
  const retired = { ...WRONG_STATE, message: expect.stringContaining("retired") };
  const acts = [
    () => upload(hashlists.anna, setId, list(1)),
    () => hashlists.ben.activateRelease({ requestId: requestId(), releaseId: pending }),
    () => rolledBack(hashlists, setId, releases[0] ?? ""),
    () => hashlists.anna.proposeSetChange({ requestId: requestId(), setId, reason: "r", policy }),
    () => hashlists.anna.proposeSetChange(proposal(setId, { retire: true })),
  ];
  for (const act of acts) await expect(act()).rejects.toMatchObject(retired);
  const { releases: shown } = await hashlists.anna.listReleases({ setId, pageSize: 10, pageToken: "" });
  expect(shown.map(({ state }) => state).toSorted()).toEqual([
    "RELEASE_STATE_APPROVED",
    "RELEASE_STATE_SUPERSEDED",
    "RELEASE_STATE_SUPERSEDED",
  ]);

  const [header] = await Array.fromAsync(hashlists.changes(setId, 2n));
  expect(header?.header).toMatchObject({ historyUnknown: true, releaseId: "", entryCount: 0n });
  const { revocation } = await hashlists.anna.revokeEntries({
    requestId: requestId(),
    setId,
    entryIds: [derivedId("entry", setId, "MD5", md5(2))],
    fingerprints: [],
    reason: "it never was",
    cause: "REVOCATION_CAUSE_NOT_ILLEGAL",
  });
  expect(revocation?.counter).toBe(4n);
  const since = await Array.fromAsync(hashlists.changes(setId, 3n));
  expect(since.flatMap(({ removedEntryIds }) => removedEntryIds)).toHaveLength(1);
  const told = await eventually("it is told", async () => {
    const seen = (await bed.published(nouns.release)).filter(({ data }) => data.setId === setId);
    return (
      seen.length === 5 && seen.map(({ verb, data }) => [verb, data.activeReleaseId, data.retiredCounter]).slice(3)
    );
  });
  expect(told).toEqual([
    ["retired", "", 3n],
    ["revoked", "", 3n],
  ]);
});

import { randomUUID } from "node:crypto";
import { createLog, derivedId, MovableClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startFinishingRevocations } from "../src/revocations/every-second-finish-revocations.ts";
import { knownRevoked } from "../src/revoked/known-revoked.ts";
import { HEADER, md5, md5Line, newSet, startHashlists, upload } from "./bed.ts";

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
const clock = new MovableClock();
beforeEach(async () => {
  bed = await startTestBed();
  hashlists = await startHashlists(bed, clock);
});
afterEach(async () => {
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const idOf = (setId: string, n: number) => derivedId("entry", setId, "MD5", md5(n));
const list = (...rows: string[]) => [`${HEADER},revoked`, ...rows, ""].join("\n");
const listed = (n: number) => `${md5Line(n)},`;
const gone = (n: number, cause: string) => `${md5Line(n)},${cause}`;
const told = async (setId: string) =>
  (await hashlists.revocations(setId))
    .filter(({ entryIds }) => entryIds.length > 0)
    .map(({ entryIds, cause, revokedBy }) => [entryIds.toSorted(), cause, revokedBy]);

test("a release takes entries back once a second person approves it, for good, by the word of both", async () => {
  const { anna, ben, entries } = hashlists;
  const setId = await newSet(anna);
  const file = list(listed(1), gone(2, "not-illegal"), gone(3, "expired"), gone(4, "expired"));
  const { release } = await upload(anna, setId, file);
  const releaseId = release?.releaseId ?? "";
  expect(release).toMatchObject({ state: "RELEASE_STATE_VALIDATED", entryCount: 1n, revokedCount: 3n });
  expect(await told(setId)).toEqual([]);
  await expect(anna.approveRelease({ requestId: randomUUID(), releaseId })).rejects.toMatchObject({
    reason: "SAME_PERSON",
  });
  const approval = { requestId: randomUUID(), releaseId };
  await ben.approveRelease(approval);
  await ben.approveRelease(approval);
  const both = ["maintainer/anna", "maintainer/ben"];
  const taken = [
    [[idOf(setId, 2)], "REVOCATION_CAUSE_NOT_ILLEGAL", both],
    [[idOf(setId, 3), idOf(setId, 4)].toSorted(), "REVOCATION_CAUSE_EXPIRED", both],
  ];
  expect(await told(setId)).toEqual(taken);
  expect((await entries(releaseId)).map(({ entryId }) => entryId)).toEqual([idOf(setId, 1)]);
  const { revocations } = await anna.listRevocations({ setId, pageSize: 10, pageToken: "" });
  expect(revocations.map(({ state, approvedBy }) => [state, approvedBy])).toEqual(
    revocations.map(() => ["REVOCATION_STATE_EFFECTIVE", "maintainer/ben"]),
  );
  const { releases } = await anna.listReleases({ setId, pageSize: 10, pageToken: "" });
  expect(releases).toMatchObject([{ state: "RELEASE_STATE_APPROVED", revokedCount: 3n }]);
});

test("a release that is refused, and one that nobody approves, take nothing back", async () => {
  const { anna } = hashlists;
  const setId = await newSet(anna);
  const bad = await upload(anna, setId, list(listed(1), gone(2, "expired"), gone(3, "because")));
  expect(bad.release).toMatchObject({ state: "RELEASE_STATE_VALIDATED", revokedCount: 1n });
  expect(bad.problems).toMatchObject([{ line: 4n, field: "revoked" }]);
  const refusal = { requestId: randomUUID(), releaseId: bad.release?.releaseId ?? "", reason: "mend it" };
  await anna.rejectRelease(refusal);
  await upload(anna, setId, list(listed(1), gone(2, "expired")));
  expect(await told(setId)).toEqual([]);
});

test("what was approved, and no more, is taken back by the loop", async () => {
  const { anna, ben } = hashlists;
  const setId = await newSet(anna);
  const { release } = await upload(anna, setId, list(listed(1), gone(2, "expired")));
  const releaseId = release?.releaseId ?? "";
  await ben.approveRelease({ requestId: randomUUID(), releaseId });
  const { collections, close } = await hashlists.stopped();
  await using _ = { [Symbol.asyncDispose]: close };
  const { releases, revocations, sets } = collections;
  // As if it had ended right behind the approval.
  const approved = await releases.load(releaseId);
  if (approved === undefined) throw new Error("no release");
  const { tookBack: __, ...before } = approved.state;
  await releases.save(approved, before);
  await revocations.remove(derivedId("revocation", releaseId, "REVOCATION_CAUSE_EXPIRED"));
  const set = await sets.load(setId);
  if (set === undefined) throw new Error("no set");
  const { lastRevocation: ___, ...untold } = set.state;
  await sets.save(set, { ...untold, counter: 0 });
  const deps = { ...collections, revokedIn: knownRevoked(collections), clock, log: createLog("hashlists", "silent") };
  await using loop = startFinishingRevocations(deps);
  loop.kick();
  await eventually("it is taken back", async () => (await releases.load(releaseId))?.state.tookBack === true);
  expect((await sets.load(setId))?.state).toMatchObject({ counter: 1, lastRevocation: { counter: 1 } });
});

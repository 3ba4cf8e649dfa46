import { randomUUID } from "node:crypto";
import { MovableClock } from "@ntd/service";
import { eventually, setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { idTexts } from "../src/entries/entry-id.ts";
import { HEADER, list, md5, md5Line, policy, startHashlists, upload } from "./bed.ts";
import { fakePeers, type FakePeers } from "./fake-peers.ts";

// What stands on what a release drops, and what it adds would meet, is part of its comparison, as far as it is known.

let bed: TestBed;
let peers: FakePeers;
let service: Awaited<ReturnType<typeof startHashlists>>;
const clock = new MovableClock(new Date());
beforeAll(async () => {
  bed = await startTestBed();
  peers = await fakePeers(bed);
  service = await startHashlists(bed, clock, peers.settings);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await peers[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});
beforeEach(() => {
  peers.down = false;
  peers.hold = Promise.resolve();
  peers.askedAdded.length = peers.askedEntries.length = 0;
});

/** A set with a hundred entries in force, and a release of it that drops 1 to 30 and adds 101 to 105. */
async function poisoned() {
  const setId = `set-${randomUUID()}`;
  await service.anna.createSet({ requestId: randomUUID(), setId, policy, members: setMembers("anna", "ben") });
  const first = (await upload(service.anna, setId, list(100))).release?.releaseId ?? "";
  await service.ben.approveRelease({ requestId: randomUUID(), releaseId: first });
  // What is asked of it is asked by then.
  await service.ben.compareRelease({ releaseId: first });
  await service.ben.activateRelease({ requestId: randomUUID(), releaseId: first });
  peers.askedAdded.length = peers.askedEntries.length = 0;
  const rows = Array.from({ length: 75 }, (_, i) => md5Line(i + 31));
  const csv = [HEADER, ...rows, ""].join("\n");
  const releaseId = (await upload(service.anna, setId, csv)).release?.releaseId ?? "";
  return { setId, first, releaseId };
}

test("it says what stands on what is dropped, what is near a negative set, what was seen already, and shows some", async () => {
  const { setId, first, releaseId } = await poisoned();
  const notices = {
    liveCount: 7,
    fallingCount: 0,
    suspendedCount: 0,
    withdrawnCount: 0,
    restoredCount: 0,
    noticedEntryCount: 3,
  };
  peers.entries = { ...peers.entries, caseCount: 6, liveEntryCount: 4, notices };
  peers.added = {
    nearNegativeCount: 2,
    metEntryCount: 3,
    metRowCount: 9,
    rowCount: 1000,
    isMore: false,
    nearPositiveCount: 1,
  };
  const { comparison, isUnderWay } = await service.ben.compareRelease({ releaseId });
  expect(isUnderWay).toBe(false);
  expect(comparison).toMatchObject({
    added: 5n,
    removed: 30n,
    removedImpact: { askedCount: 30n, liveEntryCount: 4n, caseCount: 6, liveNoticeCount: 7, noticedEntryCount: 3n },
    addedImpact: {
      askedCount: 5n,
      nearNegativeCount: 2n,
      metEntryCount: 3n,
      metRowCount: 9n,
      rowCount: 1000n,
      nearPositiveCount: 1n,
    },
  });
  const dropped = (await service.entries(first)).filter(({ fingerprint }) => (fingerprint?.value.at(-1) ?? 31) <= 30);
  expect(idTexts(peers.askedEntries[0]?.entryIds ?? new Uint8Array()).toSorted()).toEqual(
    dropped.map(({ entryId }) => entryId).toSorted(),
  );
  const hashes = peers.askedAdded[0]?.fingerprints.map(({ value }) => Buffer.from(value).toString("hex"));
  expect(hashes?.toSorted()).toEqual([101, 102, 103, 104, 105].map(md5));
  expect(peers.askedAdded[0]?.setId).toBe(setId);
  // Twenty of thirty, with their hashes; the same ones whenever one looks.
  expect([comparison?.addedSample.length, comparison?.removedSample.length, comparison?.changedSample.length]).toEqual([
    5, 20, 0,
  ]);
  expect(comparison?.addedSample.map(({ value }) => Buffer.from(value).toString("hex")).toSorted()).toEqual(
    hashes?.toSorted(),
  );
  expect((await service.anna.compareRelease({ releaseId })).comparison).toEqual(comparison);
  expect(peers.askedAdded).toHaveLength(1);
  const operator = await service.as("operator", "admin");
  const shown = (await operator.compareRelease({ releaseId })).comparison?.addedSample ?? [];
  expect(shown.map(({ value }) => value.length)).toEqual([0, 0, 0, 0, 0]);
});

test("what its lines take back is asked by cause, and says what falls with it", async () => {
  const { setId } = await poisoned();
  const rows = Array.from({ length: 98 }, (_, i) => `${md5Line(i + 1)},`);
  const csv = [`${HEADER},revoked`, ...rows, `${md5Line(99)},not-illegal`, ""];
  const releaseId = (await upload(service.anna, setId, csv.join("\n"))).release?.releaseId ?? "";
  const notices = {
    liveCount: 1,
    fallingCount: 1,
    suspendedCount: 0,
    withdrawnCount: 0,
    restoredCount: 0,
    noticedEntryCount: 3,
  };
  peers.entries = { ...peers.entries, fallingCount: 1, notices };
  const { comparison } = await service.ben.compareRelease({ releaseId });
  expect(comparison?.takenBackImpacts).toMatchObject([
    { cause: "REVOCATION_CAUSE_NOT_ILLEGAL", impact: { fallingCount: 1, fallingNoticeCount: 1, askedEntryCount: 1n } },
  ]);
  expect(peers.askedEntries.map(({ cause }) => cause)).toContain("REVOCATION_CAUSE_NOT_ILLEGAL");
});

test("while nobody answers all else is told, what is not known is no 0, and it is asked again a minute later", async () => {
  const { releaseId } = await poisoned();
  peers.down = true;
  const { comparison } = await service.ben.compareRelease({ releaseId });
  expect(comparison).toMatchObject({ removed: 30n, removedImpact: undefined, addedImpact: undefined });
  peers.down = false;
  expect((await service.ben.compareRelease({ releaseId })).comparison?.addedImpact).toBeUndefined();
  clock.advance(61_000);
  expect((await service.ben.compareRelease({ releaseId })).comparison?.addedImpact?.askedCount).toBe(5n);
});

test("it goes on when its caller went, and is made once", async () => {
  const { releaseId } = await poisoned();
  const { promise, resolve } = Promise.withResolvers<void>();
  peers.hold = promise;
  const gone = new AbortController();
  const left = service.ben.compareRelease({ releaseId }, { signal: gone.signal }).catch(() => "gone");
  await eventually("it is asked what it would meet", () => peers.askedAdded.length === 1);
  gone.abort();
  expect(await left).toBe("gone");
  resolve();
  const { comparison } = await service.anna.compareRelease({ releaseId });
  expect(comparison?.addedImpact?.askedCount).toBe(5n);
  expect(peers.askedAdded).toHaveLength(1);
});

test("an approval waits for nobody who is to be asked, and loses nothing of what they say", async () => {
  const { releaseId } = await poisoned();
  const { promise, resolve } = Promise.withResolvers<void>();
  peers.hold = promise;
  const approved = await service.ben.approveRelease({ requestId: randomUUID(), releaseId });
  expect(approved.release?.state).toBe("RELEASE_STATE_QUARANTINED");
  resolve();
  const { comparison } = await service.anna.compareRelease({ releaseId });
  expect(comparison?.addedImpact?.askedCount).toBe(5n);
  expect(peers.askedAdded).toHaveLength(1);
});

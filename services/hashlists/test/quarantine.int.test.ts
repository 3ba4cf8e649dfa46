import { randomUUID } from "node:crypto";
import type { ReleaseInfo } from "@ntd/proto/hashlists/v1/hash_list_service";
import { systemClock } from "@ntd/service";
import { eventually, setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HEADER, list, md5, policy, rolledBack, startHashlists, upload, type Maintainer } from "./bed.ts";

let bed: TestBed;
let service: Awaited<ReturnType<typeof startHashlists>>;
let cleo: Maintainer;
beforeAll(async () => {
  bed = await startTestBed();
  service = await startHashlists(bed, systemClock);
  cleo = await service.as("maintainer", "cleo");
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

/** A set with a hundred entries in force. */
async function hundred(): Promise<string> {
  const setId = `set-${randomUUID()}`;
  const members = setMembers("anna", "ben", "cleo");
  await service.anna.createSet({ requestId: randomUUID(), setId, policy, members });
  const releaseId = await uploaded(setId, list(100));
  expect((await approve(service.ben, releaseId))?.state).toBe("RELEASE_STATE_APPROVED");
  await service.ben.activateRelease({ requestId: randomUUID(), releaseId });
  return setId;
}

async function uploaded(setId: string, csv: string): Promise<string> {
  return (await upload(service.anna, setId, csv)).release?.releaseId ?? "";
}

async function approve(
  client: Maintainer,
  releaseId: string,
  confirmRemoved?: bigint,
): Promise<ReleaseInfo | undefined> {
  const confirm = confirmRemoved === undefined ? {} : { confirmRemoved };
  return (await client.approveRelease({ requestId: randomUUID(), releaseId, ...confirm })).release;
}

const classed = (from: number, to: number, code: string) =>
  Array.from({ length: to - from + 1 }, (_, i) => `md5,${md5(from + i)},,s,${code},,`);

test("who approves is shown what a release changes, by kind", async () => {
  const setId = await hundred();
  const rows = [...classed(1, 1, "A"), ...list(95).split("\n").slice(2, -1), ...classed(101, 120, "B")];
  const releaseId = await uploaded(setId, [HEADER, ...rows, ""].join("\n"));
  const { comparison } = await service.ben.compareRelease({ releaseId });
  expect(comparison).toMatchObject({
    activeEntryCount: 100n,
    added: 20n,
    removed: 5n,
    changed: 1n,
    reclassed: 1n,
    quarantineReasons: [],
  });
  const known = comparison?.kinds.map(({ algorithm, classification, added, removed, changed }) => [
    algorithm,
    classification?.code ?? "",
    ...[added, removed, changed].map(Number),
  ]);
  expect(known).toEqual([
    ["ALGORITHM_MD5", "B", 20, 0, 0],
    ["ALGORITHM_MD5", "", 0, 5, 0],
    ["ALGORITHM_MD5", "A", 0, 0, 1],
  ]);
  expect((await approve(service.ben, releaseId))?.state).toBe("RELEASE_STATE_APPROVED");
});

const QUARANTINED = expect.stringMatching(
  /this release is in quarantine, since it removes 20 of 100 entries \(over 10 %\)\. It removes 20 entries: look/,
) as unknown;

test("a release that drops much is in quarantine until a second approver says how many", async () => {
  const setId = await hundred();
  const releaseId = await uploaded(setId, list(80));
  expect((await approve(service.ben, releaseId))?.state).toBe("RELEASE_STATE_QUARANTINED");
  const activate = { requestId: randomUUID(), releaseId };
  await expect(service.ben.activateRelease(activate)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  await expect(approve(service.ben, releaseId, 20n)).rejects.toMatchObject({
    reason: "SAME_PERSON",
    message:
      "This removes 20 of 100 entries (over 10 %) and takes a third person: neither who uploaded it nor who approved it first can approve it now.",
  });
  await expect(approve(service.anna, releaseId, 20n)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  for (const wrong of [undefined, 19n]) {
    await expect(approve(cleo, releaseId, wrong)).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      fields: [{ field: "confirm_removed", description: QUARANTINED }],
    });
  }
  const both = { firstApprovedBy: "maintainer/ben", approvedBy: "maintainer/cleo" };
  expect(await approve(cleo, releaseId, 20n)).toMatchObject({ state: "RELEASE_STATE_APPROVED", ...both });
  expect((await cleo.activateRelease({ ...activate, requestId: randomUUID() })).release?.state).toBe(
    "RELEASE_STATE_ACTIVE",
  );
});

test("a feed that tombstones a tenth takes nothing back until a second approver says how many; what it says again counts no more", async () => {
  const setId = await hundred();
  const lines = (entries: number, gone: number) => {
    const rows = Array.from({ length: entries }, (_, i) => `md5,${md5(i + 1)},,,,,,`);
    const tombstones = Array.from({ length: gone }, (_, i) => `md5,${md5(100 - i)},,,,,,,wrong-file`);
    return [`${HEADER},size,revoked`, ...rows.map((row) => `${row},`), ...tombstones, ""].join("\n");
  };
  const releaseId = await uploaded(setId, lines(89, 11));
  const { comparison } = await cleo.compareRelease({ releaseId });
  expect(comparison).toMatchObject({
    takenBack: 11n,
    quarantineReasons: ["QUARANTINE_REASON_SHRINKS", "QUARANTINE_REASON_TAKES_BACK"],
  });
  expect((await approve(service.ben, releaseId))?.state).toBe("RELEASE_STATE_QUARANTINED");
  const revoked = async () => (await service.revocations(setId)).flatMap(({ entryIds }) => entryIds).length;
  expect(await revoked()).toBe(0);
  const word = { requestId: randomUUID(), releaseId, confirmRemoved: 11n };
  await expect(cleo.approveRelease(word)).rejects.toMatchObject({
    fields: [{ field: "confirm_taken_back", description: expect.stringContaining("takes 11 entries back for good") }],
  });
  expect(await revoked()).toBe(0);
  const sure = { ...word, requestId: randomUUID(), confirmTakenBack: 11n };
  expect((await cleo.approveRelease(sure)).release?.state).toBe("RELEASE_STATE_APPROVED");
  expect(await revoked()).toBe(11);
  await cleo.activateRelease({ requestId: randomUUID(), releaseId });
  const again = await uploaded(setId, lines(89, 12));
  expect((await cleo.compareRelease({ releaseId: again })).comparison).toMatchObject({ quarantineReasons: [] });
  // Given back meanwhile, it would be taken back again.
  const [asker, approver] = [await service.asReviser("anna"), await service.asReviser("ben")];
  const entryIds = (await service.revocations(setId)).flatMap((one) => one.entryIds);
  const naming = { setId, entryIds, fingerprints: [], reason: "they were right" };
  const { restoration } = await asker.restoreEntries({ requestId: randomUUID(), ...naming });
  const back = { requestId: randomUUID(), revocationId: restoration?.revocationId ?? "" };
  await approver.approveRestoration(back);
  expect((await cleo.compareRelease({ releaseId: again })).comparison).toMatchObject({
    takenBack: 12n,
    quarantineReasons: ["QUARANTINE_REASON_TAKES_BACK"],
  });
});

test("a list whose votes change what machines decide on is in quarantine, up or down, by instalments too", async () => {
  const setId = await hundred();
  const votes = (of: (n: number) => number) =>
    [HEADER, ...Array.from({ length: 100 }, (_, i) => `md5,${md5(i + 1)},,,,${of(i)},`), ""].join("\n");
  // By two votes machines decide, and without any in the file an entry has one.
  const releaseId = await uploaded(
    setId,
    votes((n) => (n < 11 ? 2 : 1)),
  );
  const { comparison } = await cleo.compareRelease({ releaseId });
  expect(comparison).toMatchObject({
    changed: 11n,
    revoted: 11n,
    quarantineReasons: ["QUARANTINE_REASON_REVOTES"],
    quarantineText: "changes by votes what machines decide on 11 of 100 entries (over 10 %)",
  });
  expect((await approve(service.ben, releaseId))?.state).toBe("RELEASE_STATE_QUARANTINED");
  // Other votes that change nothing of that are nobody's matter.
  const same = await uploaded(
    setId,
    votes(() => 0),
  );
  expect((await approve(service.ben, same))?.state).toBe("RELEASE_STATE_APPROVED");
  const some = await uploaded(
    setId,
    votes((n) => (n < 9 ? 2 : 1)),
  );
  expect((await approve(service.ben, some))?.state).toBe("RELEASE_STATE_APPROVED");
  await service.ben.activateRelease({ requestId: randomUUID(), releaseId: some });
  const back = await uploaded(setId, list(100));
  expect((await cleo.compareRelease({ releaseId: back })).comparison).toMatchObject({
    revoted: 9n,
    lately: { revoted: 9n },
    quarantineReasons: ["QUARANTINE_REASON_REVOTES"],
  });
});

test("a poisoned list, twice as long as what is in force, waits for a second approver as well", async () => {
  const setId = await hundred();
  const releaseId = await uploaded(setId, list(200));
  expect((await approve(service.ben, releaseId))?.state).toBe("RELEASE_STATE_QUARANTINED");
  const { comparison } = await cleo.compareRelease({ releaseId });
  expect(comparison).toMatchObject({ added: 100n, quarantineReasons: ["QUARANTINE_REASON_GROWS"] });
});

test("what was approved against what is in force no more comes into force only if it changes little of that, too", async () => {
  const setId = await hundred();
  const [small, large] = [await uploaded(setId, list(100)), await uploaded(setId, list(150))];
  await approve(service.ben, small);
  await approve(service.ben, large);
  await service.ben.activateRelease({ requestId: randomUUID(), releaseId: large });
  const back = service.ben.activateRelease({ requestId: randomUUID(), releaseId: small });
  await expect(back).rejects.toMatchObject({ reason: "WRONG_STATE", message: expect.stringContaining("removes 50") });
  // The way back is open all the same: what was in force before was seen by two.
  const { releases } = await service.ben.listReleases({ setId, pageSize: 10, pageToken: "" });
  const first = releases.find(({ state }) => state === "RELEASE_STATE_SUPERSEDED")?.releaseId ?? "";
  expect((await rolledBack(service, setId, first)).change?.state).toBe("SET_CHANGE_STATE_IN_FORCE");
});

test("what two approved counts for what was in force then: of something else they did not say how much goes", async () => {
  const setId = await hundred();
  const releaseId = await uploaded(setId, list(80));
  await approve(service.ben, releaseId);
  expect((await approve(cleo, releaseId, 20n))?.state).toBe("RELEASE_STATE_APPROVED");
  const since = await uploaded(setId, list(140));
  await approve(service.ben, since);
  await service.ben.activateRelease({ requestId: randomUUID(), releaseId: since });
  // Whoever looks at it again has approved nothing by that.
  await cleo.compareRelease({ releaseId });
  await expect(service.ben.activateRelease({ requestId: randomUUID(), releaseId })).rejects.toMatchObject({
    reason: "WRONG_STATE",
    message: expect.stringContaining("removes 60"),
  });
});

test("a first word counts for what was in force then: of something else the second one says another first word", async () => {
  const setId = await hundred();
  const releaseId = await uploaded(setId, list(160));
  expect((await approve(service.ben, releaseId))?.state).toBe("RELEASE_STATE_QUARANTINED");
  const others = [HEADER, ...list(100).split("\n").slice(1, -1), ...classed(201, 240, "B"), ""];
  const since = await uploaded(setId, others.join("\n"));
  await approve(service.ben, since);
  await service.ben.activateRelease({ requestId: randomUUID(), releaseId: since });
  // By now it removes 40, of which the first one saw nothing.
  expect((await approve(cleo, releaseId, 40n))?.state).toBe("RELEASE_STATE_QUARANTINED");
  await expect(approve(cleo, releaseId, 40n)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  expect((await approve(service.ben, releaseId, 40n))?.state).toBe("RELEASE_STATE_APPROVED");
});

test("what comes into force while a release is compared is what it is held against", async () => {
  const setId = await hundred();
  const approved = async (rows: readonly string[], by = [service.ben]) => {
    const releaseId = await uploaded(setId, [...rows, ""].join("\n"));
    for (const [nth, client] of by.entries()) await approve(client, releaseId, nth === 0 ? undefined : 0n);
    return { requestId: randomUUID(), releaseId };
  };
  const rows = list(12_000).trimEnd().split("\n");
  await service.ben.activateRelease(await approved(rows.slice(0, 8001), [service.ben, cleo]));
  // Each changes little of what is in force, and much of the other one.
  const some = await approved(rows.slice(0, 11_001));
  const others = await approved([...rows.slice(0, 8001), ...classed(20_001, 23_000, "B")]);
  await service.ben.activateRelease(await approved(rows.slice(0, 8002)));
  await cleo.compareRelease({ releaseId: some.releaseId });
  const slow = service.ben.activateRelease(others);
  // Behind it on the same connection: by then it compares.
  await service.ben.listSets({ pageSize: 1, pageToken: "" });
  const came = await Promise.allSettled([slow, cleo.activateRelease(some)]);
  expect(came.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
});

test("a release that nobody wants is rejected by a person, for a reason, and its entries go", async () => {
  await using own = await startHashlists(bed, systemClock);
  const { anna, ben } = own;
  const setId = `set-${randomUUID()}`;
  await anna.createSet({ requestId: randomUUID(), setId, policy, members: setMembers("anna", "ben") });
  const { release } = await upload(anna, setId, list(90));
  const named = { requestId: randomUUID(), releaseId: release?.releaseId ?? "" };
  await expect(ben.rejectRelease({ ...named, reason: " " })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  const rejected = await ben.rejectRelease({ ...named, reason: "it is another set's" });
  expect(rejected.release?.state).toBe("RELEASE_STATE_REFUSED");
  expect(await ben.rejectRelease({ ...named, reason: "it is another set's" })).toEqual(rejected);
  await expect(approve(ben, named.releaseId)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  await eventually("its entries are gone", async () => (await own.count()).entries === 0);
});

test("who uploads hears that it would be in quarantine, and a repeat hears it, too", async () => {
  const setId = await hundred();
  const requestId = randomUUID();
  const { release } = await upload(service.anna, setId, list(80), { requestId });
  expect(release?.report).toMatchObject({ removed: 20n, quarantineReasons: ["QUARANTINE_REASON_SHRINKS"] });
  await approve(service.ben, release?.releaseId ?? "");
  expect((await upload(service.anna, setId, list(80), { requestId })).release).toEqual(release);
  const other = await upload(service.anna, setId, list(99));
  expect(other.release?.report).toMatchObject({ removed: 1n, quarantineReasons: [] });
});

import { createHash, randomUUID } from "node:crypto";
import { NegativeEntryServiceService } from "@ntd/proto/hashlists/v1/negative_entry_service";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { connect, type RpcClient } from "@ntd/rpc";
import { systemClock } from "@ntd/service";
import { setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { policy, startHashlists } from "./bed.ts";

// What one curator calls innocent is in force by another one's word, and by no other way than a release.

let bed: TestBed;
let service: Awaited<ReturnType<typeof startHashlists>>;
let anna: RpcClient<typeof NegativeEntryServiceService>;
let ben: RpcClient<typeof NegativeEntryServiceService>;
const held = new AsyncDisposableStack();
beforeAll(async () => {
  bed = held.use(await startTestBed());
  service = held.use(await startHashlists(bed, systemClock));
  [anna, ben] = [await as("anna"), await as("ben")];
});
afterAll(() => held.disposeAsync());

async function as(name: string) {
  const identityDir = await bed.identity("maintainer", name);
  return held.use(connect(NegativeEntryServiceService, { address: service.address, identityDir }));
}

const file = (name: string): Fingerprint => ({
  algorithm: "ALGORITHM_SHA256",
  value: Uint8Array.from(createHash("sha256").update(name).digest()),
  quality: 0,
});
const looks = (name: string): Fingerprint => ({ ...file(name), algorithm: "ALGORITHM_PDQ", quality: 90 });

async function newSet(role: "SET_ROLE_NEGATIVE" | "SET_ROLE_POSITIVE" = "SET_ROLE_NEGATIVE") {
  const setId = `set-${randomUUID()}`;
  const members = setMembers("anna", "ben");
  const ofRole = { ...policy, role, autoIssue: false };
  await service.anna.createSet({ requestId: randomUUID(), setId, policy: ofRole, members });
  return setId;
}

const reason = "NEGATIVE_REASON_INNOCENT_OBJECT" as const;
const asked = (setId: string, fingerprints: Fingerprint[], perceptual = false) => ({
  requestId: randomUUID(),
  setId,
  fingerprints,
  reason,
  note: "a cat",
  perceptual,
});
const propose = async (...of: Parameters<typeof asked>) =>
  (await anna.proposeNegativeEntry(asked(...of))).release?.releaseId ?? "";
const approve = (releaseId: string, requestId = randomUUID()) => ben.approveNegativeEntry({ requestId, releaseId });

const wordOf = (of: Fingerprint | undefined) => `${of?.algorithm} ${Buffer.from(of?.value ?? []).toString("hex")}`;

async function inForce(setId: string) {
  const { releases } = await service.anna.listReleases({ setId, pageSize: 0, pageToken: "" });
  const active = releases.find(({ state }) => state === "RELEASE_STATE_ACTIVE");
  return active === undefined
    ? []
    : (await service.entries(active.releaseId)).map(({ fingerprint }) => wordOf(fingerprint));
}

test("it waits for another curator, whose word puts it in force beside what is there; both calls may come again", async () => {
  const setId = await newSet();
  const request = asked(setId, [file("a")]);
  const { release } = await anna.proposeNegativeEntry(request);
  expect(release).toMatchObject({
    state: "RELEASE_STATE_VALIDATED",
    entryCount: 1n,
    uploadedBy: "maintainer/anna",
    negativeEntry: { reason, note: "a cat", perceptual: false },
  });
  expect(await anna.proposeNegativeEntry(request)).toEqual({ release });
  const other = anna.proposeNegativeEntry({ ...request, note: "a dog" });
  await expect(other).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
  expect(await inForce(setId)).toEqual([]);
  const requestId = randomUUID();
  const releaseId = release?.releaseId ?? "";
  const approved = await approve(releaseId, requestId);
  expect(approved.release).toMatchObject({ state: "RELEASE_STATE_ACTIVE", approvedBy: "maintainer/ben" });
  expect(await approve(releaseId, requestId)).toEqual(approved);
  const second = await propose(setId, [file("b"), looks("b")], true);
  expect((await approve(second)).release).toMatchObject({ entryCount: 3n, negativeEntry: { perceptual: true } });
  expect(await inForce(setId)).toEqual(expect.arrayContaining([file("a"), file("b"), looks("b")].map(wordOf)));
});

test("nobody approves their own, and who is no member hears of nothing", async () => {
  const setId = await newSet();
  const releaseId = await propose(setId, [file("a")]);
  const own = anna.approveNegativeEntry({ requestId: randomUUID(), releaseId });
  await expect(own).rejects.toMatchObject({ reason: "SAME_PERSON" });
  const mallory = await as("mallory");
  await expect(mallory.proposeNegativeEntry(asked(setId, [file("x")]))).rejects.toMatchObject({ reason: "NOT_FOUND" });
  const foreign = mallory.approveNegativeEntry({ requestId: randomUUID(), releaseId });
  await expect(foreign).rejects.toMatchObject({ reason: "NOT_FOUND" });
  expect(await inForce(setId)).toEqual([]);
});

test("approved and killed before it is in force, the repeat puts it there", async () => {
  const setId = await newSet();
  const releaseId = await propose(setId, [file("a")]);
  await service.ben.approveRelease({ requestId: randomUUID(), releaseId });
  expect((await approve(releaseId)).release?.state).toBe("RELEASE_STATE_ACTIVE");
});

test("of two that were proposed at a time the second is overtaken, and takes nothing out", async () => {
  const setId = await newSet();
  for (const [first, second] of [
    ["a", "b"],
    ["c", "d"],
  ] as const) {
    const [one, two] = [await propose(setId, [file(first)]), await propose(setId, [file(second)])];
    await approve(one);
    await expect(approve(two)).rejects.toMatchObject({ reason: "WRONG_STATE" });
    await expect(service.ben.approveRelease({ requestId: randomUUID(), releaseId: two })).rejects.toMatchObject({
      reason: "WRONG_STATE",
    });
    expect(await inForce(setId)).toContain(wordOf(file(first)));
  }
  expect(await inForce(setId)).toHaveLength(2);
});

test("what is listed, what says nothing, another set and another release are refused, and nothing is left of it", async () => {
  const setId = await newSet();
  await approve(await propose(setId, [file("a")]));
  const before = await service.anna.listReleases({ setId, pageSize: 0, pageToken: "" });
  const wrong = { reason: "FIELD_INVALID" };
  await expect(propose(setId, [file("a")])).rejects.toMatchObject(wrong);
  await expect(propose(setId, [file("a"), file("b")])).rejects.toMatchObject(wrong);
  await expect(propose(setId, [looks("b")])).rejects.toMatchObject(wrong);
  // Its bytes are none: the file that is empty.
  await expect(propose(setId, [file("")])).rejects.toMatchObject(wrong);
  expect(await service.anna.listReleases({ setId, pageSize: 0, pageToken: "" })).toEqual(before);
  const positive = await newSet("SET_ROLE_POSITIVE");
  await expect(propose(positive, [file("a")])).rejects.toMatchObject({ reason: "WRONG_STATE" });
});

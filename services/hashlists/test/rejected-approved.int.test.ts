import { randomUUID } from "node:crypto";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { connect } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HEADER, list, md5Line, policy, startHashlists, upload, type Maintainer } from "./bed.ts";

// A release that was approved and cannot come into force any more has a way out: it is rejected.

let bed: TestBed;
let service: Awaited<ReturnType<typeof startHashlists>>;
let cleo: Maintainer;
const clock = new MovableClock(new Date(Date.UTC(2030, 0, 1)));
beforeAll(async () => {
  bed = await startTestBed();
  service = await startHashlists(bed, clock);
  cleo = await service.as("maintainer", "cleo");
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const once = (releaseId: string) => ({ requestId: randomUUID(), releaseId });
const rejecting = (releaseId: string) => ({ ...once(releaseId), reason: "it cannot come into force" });

async function newSet(): Promise<string> {
  const setId = `set-${randomUUID()}`;
  const reader = { person: "maintainer/rhea", organisation: "x", roles: ["SET_MEMBER_ROLE_READER" as const] };
  const members = [...setMembers("anna", "ben", "cleo"), reader];
  await service.anna.createSet({ requestId: randomUUID(), setId, policy, members });
  return setId;
}

async function approved(setId: string, csv: string, header = {}): Promise<string> {
  clock.advance(1000);
  const releaseId = (await upload(service.anna, setId, csv, { header })).release?.releaseId ?? "";
  clock.advance(1000);
  const { release } = await service.ben.approveRelease(once(releaseId));
  expect(release?.state).toBe("RELEASE_STATE_APPROVED");
  return releaseId;
}

async function inForce(setId: string, csv: string): Promise<string> {
  const releaseId = await approved(setId, csv);
  await service.ben.activateRelease(once(releaseId));
  return releaseId;
}

async function historyOf(setId: string) {
  const identityDir = await bed.identity("maintainer", "anna");
  await using views = connect(HashSetViewServiceService, { address: service.address, identityDir });
  const { entries } = await views.listHistory({ setId, pageSize: 100, pageToken: "" });
  return entries;
}

/** Approved while nothing was in force; a list that has nothing of it came into force before it. */
async function overtakenWhole() {
  const setId = await newSet();
  const releaseId = await approved(setId, list(3));
  const other = await inForce(
    setId,
    [HEADER, ...Array.from({ length: 50 }, (_, n) => md5Line(n + 900)), ""].join("\n"),
  );
  return { setId, releaseId, other };
}

test("a whole list that was approved, and overtaken, is rejected by an approver, once, and stays out of force", async () => {
  const { setId, releaseId, other } = await overtakenWhole();
  await expect(cleo.activateRelease(once(releaseId))).rejects.toMatchObject({
    reason: "WRONG_STATE",
    message: expect.stringContaining("reject this one"),
  });
  clock.advance(1000);
  const asked = rejecting(releaseId);
  const rejected = await cleo.rejectRelease(asked);
  expect(rejected.release).toMatchObject({ state: "RELEASE_STATE_REFUSED", approvedBy: "maintainer/ben" });
  expect(await cleo.rejectRelease(asked)).toEqual(rejected);
  await expect(cleo.rejectRelease(rejecting(releaseId))).rejects.toMatchObject({ reason: "WRONG_STATE" });
  await expect(cleo.activateRelease(once(releaseId))).rejects.toThrow("was rejected since it was approved");
  const { releases } = await service.anna.listReleases({ setId, pageSize: 10, pageToken: "" });
  expect(releases.map((one) => [one.releaseId, one.state])).toEqual([
    [other, "RELEASE_STATE_ACTIVE"],
    [releaseId, "RELEASE_STATE_REFUSED"],
  ]);
  const told = (await historyOf(setId)).filter(({ subjectId }) => subjectId === releaseId);
  expect(told.map(({ kind, person, reason }) => [kind, person, reason])).toEqual([
    ["HISTORY_KIND_RELEASE_REFUSED", "maintainer/cleo", "it cannot come into force"],
    ["HISTORY_KIND_RELEASE_APPROVED", "maintainer/ben", ""],
    ["HISTORY_KIND_RELEASE_UPLOADED", "maintainer/anna", ""],
  ]);
});

test("so is a delta whose base is in force no more, by who uploaded it; not by who only reads", async () => {
  const setId = await newSet();
  await inForce(setId, list(20));
  const delta = [`${HEADER},removed`, `${md5Line(21)},`, ""].join("\n");
  const releaseId = await approved(setId, delta, { kind: "UPLOAD_KIND_DELTA" });
  await inForce(setId, list(22));
  await expect(service.ben.activateRelease(once(releaseId))).rejects.toThrow("upload it again on what is in force");
  const rhea = await service.as("maintainer", "rhea");
  await expect(rhea.rejectRelease(rejecting(releaseId))).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  const { release } = await service.anna.rejectRelease(rejecting(releaseId));
  expect(release).toMatchObject({ state: "RELEASE_STATE_REFUSED", entryCount: 21n });
});

test("no delta is made of one that is rejected", async () => {
  const { setId, releaseId } = await overtakenWhole();
  await cleo.rejectRelease(rejecting(releaseId));
  const header = { kind: "UPLOAD_KIND_DELTA", baseReleaseId: releaseId } as const;
  const delta = [`${HEADER},removed`, `${md5Line(4)},`, ""].join("\n");
  await expect(upload(service.anna, setId, delta, { header })).rejects.toMatchObject({
    fields: [{ field: "header.base_release_id" }],
  });
});

test("what is in force, or was, is not rejected", async () => {
  const setId = await newSet();
  const [first, second] = [await inForce(setId, list(20)), await inForce(setId, list(21))];
  for (const releaseId of [first, second]) {
    await expect(cleo.rejectRelease(rejecting(releaseId))).rejects.toThrow("is in force, or was");
  }
  const { releases } = await service.anna.listReleases({ setId, pageSize: 10, pageToken: "" });
  expect(releases.map(({ state }) => state)).toEqual(["RELEASE_STATE_ACTIVE", "RELEASE_STATE_SUPERSEDED"]);
});

test("what a release took back as it was approved stays taken back when it is rejected", async () => {
  const setId = await newSet();
  await inForce(setId, list(40));
  const rows = Array.from({ length: 39 }, (_, n) => `${md5Line(n + 1)},,`);
  const gone = `${md5Line(40)},,wrong-file`;
  const releaseId = await approved(setId, [`${HEADER},size,revoked`, ...rows, gone, ""].join("\n"));
  const revoked = async () => (await service.revocations(setId)).flatMap(({ entryIds }) => entryIds);
  const before = await revoked();
  await cleo.rejectRelease(rejecting(releaseId));
  expect([before.length, await revoked()]).toEqual([1, before]);
});

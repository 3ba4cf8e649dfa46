import { randomUUID } from "node:crypto";
import { ImpactServiceService } from "@ntd/proto/hashlists/v1/impact_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { systemClock } from "@ntd/service";
import { eventually, setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { idTexts } from "../src/entries/entry-id.ts";
import { list, policy, startHashlists, upload } from "./bed.ts";
import { fakePeers, type FakePeers } from "./fake-peers.ts";

// What would follow is told by casework and matching; while they do not answer nobody waits, and nothing says 0.

let bed: TestBed;
let peers: FakePeers;
let service: Awaited<ReturnType<typeof startHashlists>>;
let impact: RpcClient<typeof ImpactServiceService>;
beforeAll(async () => {
  bed = await startTestBed();
  peers = await fakePeers(bed);
  service = await startHashlists(bed, systemClock, peers.settings);
  const identityDir = await bed.identity("maintainer", "ben");
  impact = connect(ImpactServiceService, { address: service.address, identityDir });
});
afterAll(async () => {
  await impact[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
  await peers[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});
beforeEach(() => void (peers.down = false));

/** A set with so many entries in force, and their ids. */
async function inForce(lines: number) {
  const setId = `set-${randomUUID()}`;
  await service.anna.createSet({ requestId: randomUUID(), setId, policy, members: setMembers("anna", "ben") });
  const releaseId = (await upload(service.anna, setId, list(lines))).release?.releaseId ?? "";
  await service.ben.approveRelease({ requestId: randomUUID(), releaseId });
  await service.ben.activateRelease({ requestId: randomUUID(), releaseId });
  const entryIds = (await service.entries(releaseId)).map(({ entryId }) => entryId);
  return { setId, entryIds };
}

const cause = "REVOCATION_CAUSE_WRONG_FILE" as const;
const said = { live: 3, falling: 2 };
const notices = {
  liveCount: said.live,
  fallingCount: said.falling,
  suspendedCount: 0,
  withdrawnCount: 0,
  restoredCount: 0,
  noticedEntryCount: 3,
};

test("what would follow of a revocation is told before it is asked for, and nothing is kept of it", async () => {
  const { setId, entryIds } = await inForce(12);
  peers.entries = { ...peers.entries, caseCount: 4, restingCount: 2, fallingCount: 2, notices };
  const answer = await impact.assessRevocation({ setId, entryIds, fingerprints: [], cause });
  expect(answer).toMatchObject({
    entryCount: 12n,
    alreadyRevokedCount: 0n,
    personCount: 2,
    impact: { caseCount: 4, fallingCount: 2, liveNoticeCount: 3, fallingNoticeCount: 2, askedEntryCount: 12n },
  });
  const asked = peers.askedEntries.at(-1);
  expect(asked).toMatchObject({ setId, cause });
  expect(idTexts(asked?.entryIds ?? new Uint8Array()).toSorted()).toEqual(entryIds.toSorted());
  const few = { setId, entryIds: entryIds.slice(0, 10), fingerprints: [], cause };
  for (const _ of ["once", "again"]) {
    expect(await impact.assessRevocation(few)).toMatchObject({ entryCount: 10n, personCount: 1 });
  }
  expect((await service.ben.listRevocations({ setId, pageSize: 10, pageToken: "" })).revocations).toEqual([]);
  const unknown = impact.assessRevocation({ setId, entryIds: [randomUUID()], fingerprints: [], cause });
  await expect(unknown).rejects.toMatchObject({ reason: "NOT_FOUND" });
});

test("one that waits says what stood on it then; what stands on it now is asked anew, also once it took effect", async () => {
  const { setId, entryIds } = await inForce(12);
  peers.entries = { ...peers.entries, fallingCount: 2, notices };
  const request = { requestId: randomUUID(), setId, entryIds, fingerprints: [], reason: "wrong", cause };
  const revocationId = (await service.anna.revokeEntries(request)).revocation?.revocationId ?? "";
  const listed = async () => (await service.ben.listRevocations({ setId, pageSize: 1, pageToken: "" })).revocations[0];
  await eventually("its impact is known", async () => (await listed())?.impact?.fallingCount === 2);
  await service.ben.approveRevocation({ requestId: randomUUID(), revocationId });
  const suspended = { ...notices, liveCount: 1, suspendedCount: 2 };
  peers.entries = { ...peers.entries, fallingCount: 0, inDoubtCount: 2, basisRevokedCount: 2, notices: suspended };
  const answer = await impact.getRevocationImpact({ revocationId });
  expect(answer).toMatchObject({
    revocation: { state: "REVOCATION_STATE_EFFECTIVE", impact: { fallingCount: 2, fallingNoticeCount: 2 } },
    now: { fallingCount: 0, basisRevokedCount: 2, suspendedNoticeCount: 2 },
  });
});

test("while casework does not answer the figure is not known, the revocation is made, and it is asked again", async () => {
  const { setId, entryIds } = await inForce(12);
  peers.down = true;
  const answer = await impact.assessRevocation({ setId, entryIds, fingerprints: [], cause });
  expect([answer.entryCount, answer.impact]).toEqual([12n, undefined]);
  const request = { requestId: randomUUID(), setId, entryIds, fingerprints: [], reason: "wrong", cause };
  const made = (await service.anna.revokeEntries(request)).revocation;
  expect([made?.state, made?.impact]).toEqual(["REVOCATION_STATE_PENDING", undefined]);
  peers.down = false;
  await eventually("it is known in the end", async () => {
    const { revocations } = await service.ben.listRevocations({ setId, pageSize: 1, pageToken: "" });
    return revocations[0]?.impact !== undefined;
  });
});

test("another policy says what it would have decided, once casework answers, and keeps that once it is in force", async () => {
  const { setId } = await inForce(1);
  peers.down = true;
  peers.policy = { ...peers.policy, caseCount: 500, newlyDecidedCount: 412, againstPersonCount: 3, waitingCount: 400 };
  const proposal = { requestId: randomUUID(), setId, policy: { ...policy, minVotes: 1 }, reason: "fewer votes" };
  const { change } = await service.anna.proposeSetChange(proposal);
  expect(change?.effect).toBeUndefined();
  peers.down = false;
  const effect = async () => (await service.ben.listSetChanges({ setId })).changes[0]?.effect;
  await eventually("its effect is known", async () => (await effect()) !== undefined);
  expect(await effect()).toMatchObject({ newlyDecidedCount: 412, againstPersonCount: 3, findsMore: false });
  expect(peers.askedPolicies.at(-1)).toMatchObject({ setId, policy: { minVotes: 2 }, proposed: { minVotes: 1 } });
  const approved = await service.ben.approveSetChange({
    requestId: randomUUID(),
    setId,
    changeId: change?.changeId ?? "",
  });
  expect(approved.change?.effect?.newlyDecidedCount).toBe(412);
});

test("a set that is to be retired says what nobody would have decided by it", async () => {
  const { setId } = await inForce(1);
  peers.policy = { ...peers.policy, newlyDecidedCount: 0, noLongerDecidedCount: 9 };
  await service.anna.proposeSetChange({ requestId: randomUUID(), setId, retire: true, reason: "its source ended" });
  const effect = async () => (await service.ben.listSetChanges({ setId })).changes[0]?.effect;
  await eventually("its effect is known", async () => (await effect())?.noLongerDecidedCount === 9);
  expect(peers.askedPolicies.at(-1)).toMatchObject({ setId, proposed: undefined });
});

test("who is no member hears of no impact", async () => {
  const { setId, entryIds } = await inForce(1);
  const identityDir = await bed.identity("maintainer", "olga");
  await using outsider = connect(ImpactServiceService, { address: service.address, identityDir });
  const asked = outsider.assessRevocation({ setId, entryIds, fingerprints: [], cause });
  await expect(asked).rejects.toMatchObject({ reason: "NOT_FOUND" });
  // To an operator it would tell whether a hash is listed.
  const operator = await bed.identity("operator", "admin");
  await using running = connect(ImpactServiceService, { address: service.address, identityDir: operator });
  const known = running.assessRevocation({ setId, entryIds, fingerprints: [], cause });
  await expect(known).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
});

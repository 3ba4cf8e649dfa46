import { randomUUID } from "node:crypto";
import { ImpactServiceService } from "@ntd/proto/hashlists/v1/impact_service";
import { connect } from "@ntd/rpc";
import { systemClock } from "@ntd/service";
import { setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { list, policy, startHashlists, upload } from "./bed.ts";
import { fakePeers, type FakePeers } from "./fake-peers.ts";

// Those who keep a list hear which of its entries another one contradicts; of cases the number, of the other set nothing.

let bed: TestBed;
let peers: FakePeers;
let service: Awaited<ReturnType<typeof startHashlists>>;
const held = new AsyncDisposableStack();
beforeAll(async () => {
  bed = held.use(await startTestBed());
  peers = held.use(await fakePeers(bed));
  service = held.use(await startHashlists(bed, systemClock, peers.settings));
});
afterAll(() => held.disposeAsync());

async function as(kind: "maintainer" | "operator", name: string) {
  const identityDir = await bed.identity(kind, name);
  return held.use(connect(ImpactServiceService, { address: service.address, identityDir }));
}

/** A negative set with two entries in force. */
async function innocent() {
  const setId = `set-${randomUUID()}`;
  const negative = { ...policy, role: "SET_ROLE_NEGATIVE" as const, autoIssue: false };
  const members = setMembers("anna", "ben");
  await service.anna.createSet({ requestId: randomUUID(), setId, policy: negative, members });
  const releaseId = (await upload(service.anna, setId, list(2))).release?.releaseId ?? "";
  await service.ben.approveRelease({ requestId: randomUUID(), releaseId });
  await service.ben.activateRelease({ requestId: randomUUID(), releaseId });
  const entries = await service.entries(releaseId);
  return { setId, entries };
}

test("its members hear which entries contradict another set, with their hashes; operators without", async () => {
  const { setId, entries } = await innocent();
  const [one] = entries;
  if (one === undefined) throw new Error("no entry");
  const dropped = randomUUID();
  const cases = [
    { entryId: one.entryId, caseCount: 7 },
    { entryId: dropped, caseCount: 1 },
  ];
  peers.conflicts.set(setId, cases);
  const anna = await (await as("maintainer", "anna")).listConflicts({ setId });
  expect(anna).toMatchObject({ conflicts: cases, isMore: false });
  const value = (nth: number) => anna.conflicts[nth]?.entry?.fingerprint?.value;
  expect([value(0), value(1)]).toEqual([one.fingerprint?.value, undefined]);
  const operator = await (await as("operator", "olga")).listConflicts({ setId });
  expect(operator.conflicts).toEqual(cases);
});

test("where nothing is found there is none; while casework does not answer nobody says so", async () => {
  const { setId } = await innocent();
  const anna = await as("maintainer", "anna");
  expect(await anna.listConflicts({ setId })).toMatchObject({ conflicts: [], isMore: false });
  peers.down = true;
  await expect(anna.listConflicts({ setId })).rejects.toMatchObject({ reason: expect.any(String) as string });
  peers.down = false;
});

test("who is no member does not hear that the set is there", async () => {
  const { setId } = await innocent();
  const mallory = await as("maintainer", "mallory");
  await expect(mallory.listConflicts({ setId })).rejects.toMatchObject({ reason: "NOT_FOUND" });
});

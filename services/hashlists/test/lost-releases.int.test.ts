import { randomUUID } from "node:crypto";
import { Release } from "@ntd/proto/hashlists/v1/release";
import { change } from "@ntd/store";
import { setMembers } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { streamChanges } from "../src/entries/rpc-stream-changes.ts";
import { streamEntries } from "../src/entries/rpc-stream-entries.ts";
import { removePart } from "../src/entries/store-entries.ts";
import { activateRelease } from "../src/releases/rpc-activate-release.ts";
import { approveRelease } from "../src/releases/rpc-approve-release.ts";
import { layersIn } from "../src/releases/release.ts";
import { findLostReleases } from "../src/sets/every-hour-find-lost-releases.ts";
import { growList } from "../src/proposals/every-minute-grow-list.ts";
import { onCase } from "../src/proposals/on-case.ts";
import { proposalIdOf } from "../src/proposals/store-proposals.ts";
import { createSet } from "../src/sets/rpc-create-set.ts";
import { getSet } from "../src/views/rpc-get-set.ts";
import { list, policy } from "./bed.ts";
import { by, openTestDeps, uploaded } from "./deps.ts";
import { caseEvent, entryOf, insertNational, setId as national, shaOf, toldCase } from "./growth-bed.ts";

// A restore brings sets forward, and no lists: the release that a set says is in force may not be there.

const setId = "list";
let deps: Awaited<ReturnType<typeof openTestDeps>>;
beforeEach(async () => {
  deps = await openTestDeps();
  await createSet(deps)({ requestId: randomUUID(), setId, policy, members: setMembers("anna", "ben") }, by("anna"));
});
afterEach(() => deps[Symbol.asyncDispose]());

async function activated(releaseId: string): Promise<void> {
  await activateRelease(deps)({ requestId: randomUUID(), releaseId }, by("ben"));
}
async function inForce(lines: number): Promise<string> {
  const releaseId = await uploaded(deps, setId, list(lines));
  await approveRelease(deps)({ requestId: randomUUID(), releaseId }, by("ben"));
  await activated(releaseId);
  return releaseId;
}
const find = () => findLostReleases(deps, new AbortController().signal);
const shown = async () => (await getSet(deps)({ setId }, by("anna"))).set;
const stop = new AbortController().signal;

async function loseEntries(releaseId: string): Promise<void> {
  const release = await deps.releases.load(releaseId);
  for (const part of (release && layersIn(release.state)) ?? []) await removePart(deps, part, stop);
}

test("what is there stays as it is", async () => {
  const releaseId = await inForce(9);
  await find();
  expect(await shown()).toMatchObject({ activeReleaseId: releaseId, counter: 1n });
  expect((await shown())?.lostRelease).toBeUndefined();
});

test.each([
  ["of which nothing is there", (releaseId: string) => deps.releases.remove(releaseId)],
  ["that was brought forward without its entries", loseEntries],
])("of a release %s the one before is in force, and it is uploaded again as any other", async (_, lose) => {
  const first = await inForce(9);
  const second = await inForce(10);
  await lose(second);
  await find();
  expect(await shown()).toMatchObject({
    activeReleaseId: first,
    counter: 3n,
    lostRelease: { releaseId: second, entryCount: 10n },
  });
  const told = (await deps.sets.outbox.read(setId)).at(-1);
  expect(told && Release.decode(told.data)).toMatchObject({ activeReleaseId: first, policy: { autoIssue: false } });
  const entries = await Array.fromAsync(streamEntries(deps)({ releaseId: first }));
  expect(entries.flatMap((some) => some.entries)).toHaveLength(9);
  const asked = { setId, afterCounter: 2n, throughCounter: 3n };
  const [changes] = await Array.fromAsync(streamChanges(deps)(asked));
  expect(changes?.header).toMatchObject({ historyUnknown: true, releaseId: first });
  await find();
  expect((await shown())?.counter).toBe(3n);
  const again = await inForce(10);
  expect(await shown()).toMatchObject({ activeReleaseId: again, counter: 4n });
  expect((await shown())?.lostRelease).toBeUndefined();
});

test("a release of which the approval alone is lost is approved again, and put in force like a new one", async () => {
  await inForce(9);
  const second = await inForce(10);
  const release = await deps.releases.load(second);
  if (release?.state.stage.name !== "approved") throw new Error("it is approved");
  const { approvedBy: _, approvedTime: __, ...stage } = release.state.stage;
  await deps.releases.save(release, { ...release.state, stage: { ...stage, name: "validated" } });
  await find();
  expect((await shown())?.lostRelease?.releaseId).toBe(second);
  await approveRelease(deps)({ requestId: randomUUID(), releaseId: second }, by("ben"));
  await activated(second);
  expect(await shown()).toMatchObject({ activeReleaseId: second });
});

test("where no release is left nothing is in force, until the next one", async () => {
  const first = await inForce(9);
  await deps.releases.remove(first);
  await find();
  expect(await shown()).toMatchObject({ activeReleaseId: "", counter: 2n, lostRelease: { releaseId: first } });
  await inForce(9);
  expect((await shown())?.lostRelease).toBeUndefined();
});

test("what the national list was about to list with a release that is lost is listed with another one", async () => {
  await insertNational(deps);
  await onCase(deps)(caseEvent(toldCase(1, "illegal", ["assessor/anna", "assessor/ben"]), 1));
  await growList(deps);
  const id = proposalIdOf(shaOf(1).toString("hex"));
  const active = async () => (await deps.sets.load(national))?.state.active?.releaseId;
  const lost = (await active()) ?? "";
  // As the backup had it: before it was noted that its release came into force.
  await change(deps.proposals, id, (state) => {
    if (state?.stage.name !== "listed") throw new Error("it is listed");
    return { state: { ...state, stage: { ...state.stage, name: "listing" as const } } };
  });
  await loseEntries(lost);
  await deps.releases.remove(lost);
  deps.clock.advance(60_000);
  // Whichever comes first.
  await growList(deps);
  await find();
  await growList(deps);
  expect(await active()).not.toBe(lost);
  const entries = await Array.fromAsync(streamEntries(deps)({ releaseId: (await active()) ?? "" }));
  expect(entries.flatMap((some) => some.entries.map(({ entryId }) => entryId))).toContain(entryOf(1));
});

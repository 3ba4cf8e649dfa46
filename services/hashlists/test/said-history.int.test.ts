import { randomUUID } from "node:crypto";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { connect } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startHashlists } from "./bed.ts";
import { entryOf, named, opinionClients, setOf } from "./opinions-bed.ts";

// What members say of entries is in the history of their set, and nobody else hears of it.

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
let people: Awaited<ReturnType<typeof opinionClients>>;
const clock = new MovableClock();
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await startHashlists(bed, clock);
  people = await opinionClients(bed, hashlists.address);
});
afterAll(async () => {
  await people[Symbol.asyncDispose]();
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

async function history(kind: "maintainer" | "operator", name: string, setId: string, pageSize: number) {
  const identityDir = await bed.identity(kind, name);
  await using views = connect(HashSetViewServiceService, { address: hashlists.address, identityDir });
  const all: { kind: string; person: string; reason: string; entryCount: bigint; subjectId: string }[] = [];
  for (let pageToken = ""; ;) {
    const page = await views.listHistory({ setId, pageSize, pageToken });
    all.push(...page.entries);
    pageToken = page.nextPageToken;
    if (pageToken === "") return all;
  }
}

const words = (told: Awaited<ReturnType<typeof history>>) =>
  told.map(({ kind, person, reason, entryCount }) =>
    `${kind.slice("HISTORY_KIND_".length)} ${person} ${entryCount} ${reason}`.trim(),
  );

test("opinions, notes and disablings are told in their order, page by page, to members alone", async () => {
  const setId = await setOf(hashlists.anna, hashlists.ben, 30);
  const [anna, ben, dora] = [await people.as("anna"), await people.as("ben"), await people.as("dora")];
  const step = () => {
    clock.advance(1000);
    return { requestId: randomUUID(), setId };
  };
  const entry = named(setId, 1);
  const entries = [entry, named(setId, 2)];
  await dora.giveOpinions({ ...step(), entries, opinion: "ENTRY_OPINION_NEGATIVE", note: "a beach" });
  // Of one moment: all of them come, whatever page they are on.
  for (const opinion of ["ENTRY_OPINION_POSITIVE", "ENTRY_OPINION_SEED", "ENTRY_OPINION_NEGATIVE"] as const) {
    await anna.giveOpinions({ requestId: randomUUID(), setId, entries: [entry], opinion, note: "" });
  }
  await dora.withdrawOpinions({ ...step(), entries });
  await dora.addEntryNote({ ...step(), entry, text: "seen in a museum" });
  await ben.disableEntry({ ...step(), entry, days: 1, reason: "a doubt" });
  await anna.enableEntry({ ...step(), entry });
  await ben.disableEntry({ ...step(), entry: named(setId, 3), days: 1, reason: "another doubt" });
  clock.advance(2 * 86_400_000);
  const told = await eventually("it ended by itself", async () => {
    const page = await history("maintainer", "rita", setId, 2);
    return page[0]?.kind === "HISTORY_KIND_ENTRY_ENABLED" && page;
  });
  const said = words(told).slice(0, -4);
  expect(said.slice(0, 6)).toEqual([
    "ENTRY_ENABLED  1",
    "ENTRY_DISABLED maintainer/ben 1 another doubt",
    "ENTRY_ENABLED maintainer/anna 1",
    "ENTRY_DISABLED maintainer/ben 1 a doubt",
    "ENTRY_NOTED maintainer/dora 1 seen in a museum",
    "OPINION_WITHDRAWN maintainer/dora 2",
  ]);
  expect(said.slice(6).toSorted()).toEqual([
    "OPINION_NEGATIVE maintainer/anna 1",
    "OPINION_NEGATIVE maintainer/dora 2 a beach",
    "OPINION_POSITIVE maintainer/anna 1",
    "OPINION_SEED maintainer/anna 1",
  ]);
  expect(told[0]?.subjectId).toBe(entryOf(setId, 3));
  const seen = words(await history("operator", "admin", setId, 2));
  expect(seen).toEqual(words(told).slice(-4));
});

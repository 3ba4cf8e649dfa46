import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { connect } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HEADER, list, md5, md5Line, startHashlists, upload } from "./bed.ts";
import { entryOf, named, opinionClients, setOf } from "./opinions-bed.ts";

const DAY = 86_400_000;
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
// What one person holds disabled counts in all sets together: by each test it is over.
beforeEach(() => clock.advance(31 * DAY));

const requestId = () => randomUUID();
const newSet = (lines = 30) => setOf(hashlists.anna, hashlists.ben, lines);
const POSITIVE = "ENTRY_OPINION_POSITIVE" as const;
const NEGATIVE = "ENTRY_OPINION_NEGATIVE" as const;
const counterOf = async (setId: string) => {
  const { sets } = await hashlists.anna.listSets({ pageSize: 100, pageToken: "" });
  return Number(sets.find((set) => set.setId === setId)?.counter);
};

/** What StreamChanges restates behind a counter, those that came back with a tick. */
async function restated(setId: string, after: bigint, through = 0n): Promise<string[]> {
  const all: string[] = [];
  for await (const { restated: some } of hashlists.changes(setId, after, through)) {
    all.push(...some.map(({ entryId, fingerprint }) => (fingerprint === undefined ? entryId : `${entryId} ✓`)));
  }
  return all.toSorted();
}

describe("given opinions", () => {
  test("each organisation has one vote, a negative one disputes it, and all is told with one counter a call", async () => {
    const setId = await newSet();
    const one = entryOf(setId, 1);
    await people.say("carl", setId, [1, 2, 3], POSITIVE);
    expect(await counterOf(setId)).toBe(2);
    await people.say("ben", setId, [1], POSITIVE);
    await people.say("anna", setId, [1], POSITIVE);
    const standing = { entryId: one, leastVotes: 2, disputed: false, disabled: false };
    const { through, all } = await people.standings(setId);
    expect([through, all.size, all.get(one)]).toEqual([3n, 3, standing]);
    await people.say("dora", setId, [1], NEGATIVE);
    expect((await people.standings(setId, 3n)).all.get(one)).toEqual({ ...standing, disputed: true });
    const dora = await people.as("dora");
    await dora.withdrawOpinions({ requestId: requestId(), setId, entries: [named(setId, 1)] });
    const after = await people.standings(setId, 4n);
    expect([after.through, [...after.all.values()]]).toEqual([5n, [standing]]);
    expect(await restated(setId, 1n)).toEqual([1, 2, 3].map((n) => entryOf(setId, n)).toSorted());
    expect(await restated(setId, 2n)).toEqual([one]);
    const told = await eventually("it is told", async () => {
      const ofSet = (await bed.published(nouns.release)).filter(({ data }) => data.setId === setId);
      return ofSet.length === 6 && ofSet;
    });
    expect(told.map(({ verb, data }) => [verb, Number(data.counter)]).slice(2)).toEqual(
      [2, 3, 4, 5].map((counter) => ["changed", counter]),
    );
  });

  test("what counts for nothing raises no counter, and the same call again neither", async () => {
    const setId = await newSet();
    await people.say("carl", setId, [1], "ENTRY_OPINION_SEED");
    expect(await counterOf(setId)).toBe(1);
    const id = requestId();
    expect(await people.say("carl", setId, [1, 1, 2], NEGATIVE, id)).toEqual({ entryCount: 2 });
    await people.say("carl", setId, [1], POSITIVE);
    expect(await people.say("carl", setId, [1, 1, 2], NEGATIVE, id)).toEqual({ entryCount: 2 });
    await expect(people.say("carl", setId, [3], NEGATIVE, id)).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
    expect(await counterOf(setId)).toBe(3);
    const anna = await people.as("anna");
    const { entries } = await anna.listEntryOpinions({ setId, pageSize: 10, pageToken: "" });
    expect(entries.map(({ entryId, together }) => [entryId, together])).toEqual([
      [entryOf(setId, 2), "OPINIONS_TOGETHER_DISPUTED"],
      [entryOf(setId, 1), "OPINIONS_TOGETHER_POSITIVE"],
    ]);
    expect(entries[1]?.opinions).toMatchObject([
      { person: "maintainer/carl", organisation: "police", opinion: POSITIVE },
    ]);
  });

  test("who asks is told the hash, where the release in force lists it, and is in the history as who looks at entries", async () => {
    const setId = await newSet(3);
    await people.say("carl", setId, [1, 3], NEGATIVE);
    const { release } = await upload(hashlists.anna, setId, [HEADER, md5Line(1), md5Line(2), ""].join("\n"));
    const releaseId = release?.releaseId ?? "";
    await hashlists.ben.approveRelease({ requestId: requestId(), releaseId });
    await hashlists.ben.activateRelease({ requestId: requestId(), releaseId });
    const rita = await people.as("rita");
    const { entries } = await rita.listEntryOpinions({ setId, pageSize: 10, pageToken: "" });
    const shown = entries.map(({ entryId, algorithm, value }) => [
      entryId,
      algorithm,
      value && Buffer.from(value).toString("hex"),
    ]);
    const all = [
      [entryOf(setId, 1), "ALGORITHM_MD5", md5(1)],
      [entryOf(setId, 3), undefined, undefined],
    ];
    expect(new Set(shown)).toEqual(new Set(all));
    const { opinions } = await rita.getEntryOpinions({ setId, entry: named(setId, 2) });
    expect([opinions?.algorithm, Buffer.from(opinions?.value ?? []).toString("hex")]).toEqual([
      "ALGORITHM_MD5",
      md5(2),
    ]);
    const identityDir = await bed.identity("maintainer", "anna");
    await using views = connect(HashSetViewServiceService, { address: hashlists.address, identityDir });
    const history = (await views.listHistory({ setId, pageSize: 0, pageToken: "" })).entries;
    const reads = history.filter(({ kind }) => kind === "HISTORY_KIND_ENTRIES_READ");
    expect(reads).toMatchObject([{ person: "maintainer/rita", subjectId: releaseId, entryCount: 2n }]);
  });

  test("it is of an entry in whatever release it is, and by fingerprint as well", async () => {
    const setId = await newSet(3);
    const carl = await people.as("carl");
    const fingerprint = { algorithm: "ALGORITHM_MD5" as const, value: Buffer.from(md5(1), "hex"), quality: 0 };
    const entry = { name: { $case: "fingerprint" as const, value: fingerprint } };
    await carl.giveOpinions({ requestId: requestId(), setId, entries: [entry], opinion: NEGATIVE, note: "a drawing" });
    const { release } = await upload(hashlists.anna, setId, list(2));
    const releaseId = release?.releaseId ?? "";
    await hashlists.ben.approveRelease({ requestId: requestId(), releaseId });
    await hashlists.ben.activateRelease({ requestId: requestId(), releaseId });
    const { opinions } = await carl.getEntryOpinions({ setId, entry });
    expect(opinions).toMatchObject({ entryId: entryOf(setId, 1), together: "OPINIONS_TOGETHER_DISPUTED", counter: 2n });
    expect((await people.standings(setId)).all.get(entryOf(setId, 1))).toMatchObject({ disputed: true });
  });

  test("faults are named, and who may not is told so", async () => {
    const setId = await newSet(3);
    const [carl, rita, eve] = [await people.as("carl"), await people.as("rita"), await people.as("eve")];
    const ask = { requestId: requestId(), setId, entries: [named(setId, 1)], opinion: NEGATIVE, note: "" };
    await expect(rita.giveOpinions(ask)).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
    await expect(eve.giveOpinions(ask)).rejects.toMatchObject({ reason: "NOT_FOUND" });
    await expect(eve.listEntryOpinions({ setId, pageSize: 0, pageToken: "" })).rejects.toMatchObject({
      reason: "NOT_FOUND",
    });
    const wrong = { ...ask, note: "https://a.example/1", opinion: "ENTRY_OPINION_UNSPECIFIED" as const };
    await expect(
      carl.giveOpinions({ ...wrong, entries: [{ name: { $case: "entryId", value: "x" } }, { name: undefined }] }),
    ).rejects.toMatchObject({
      fields: [{ field: "note" }, { field: "opinion" }, { field: "entries[0].entry_id" }, { field: "entries[1]" }],
    });
    await expect(carl.giveOpinions({ ...ask, entries: [named(setId, 1), named(setId, 99)] })).rejects.toMatchObject({
      reason: "NOT_FOUND",
      fields: [{ field: "entries[1]" }],
    });
    expect(await counterOf(setId)).toBe(1);
  });
});

describe("given a disabled entry", () => {
  test("it comes back by itself, and can be found then by who searches only what is new", async () => {
    const setId = await newSet(3);
    const [anna, ben] = [await people.as("anna"), await people.as("ben")];
    const ask = { setId, entry: named(setId, 1), days: 7, reason: "somebody doubts it" };
    const { opinions } = await anna.disableEntry({ ...ask, requestId: requestId() });
    expect(opinions).toMatchObject({ counter: 2n, disabling: { disabledBy: "maintainer/anna", endedTime: undefined } });
    expect((await people.standings(setId)).all.get(entryOf(setId, 1))).toMatchObject({ disabled: true });
    expect(await restated(setId, 1n)).toEqual([entryOf(setId, 1)]);
    await expect(anna.disableEntry({ ...ask, requestId: requestId() })).rejects.toMatchObject({
      reason: "SAME_PERSON",
    });
    const until = opinions?.disabling?.untilTime?.toISOString();
    await expect(ben.disableEntry({ ...ask, days: 3, requestId: requestId() })).rejects.toMatchObject({
      reason: "WRONG_STATE",
      message: expect.stringContaining(`maintainer/anna disabled this entry until ${until}`),
    });
    clock.advance(7 * DAY);
    const { all } = await eventually("it is over", async () => {
      const now = await people.standings(setId);
      return now.through === 3n && now;
    });
    expect(all.get(entryOf(setId, 1))).toMatchObject({ disabled: false });
    expect(await restated(setId, 1n)).toEqual([entryOf(setId, 1), `${entryOf(setId, 1)} ✓`]);
    await expect(anna.disableEntry({ ...ask, requestId: requestId() })).rejects.toMatchObject({
      reason: "SAME_PERSON",
    });
    await ben.disableEntry({ ...ask, requestId: requestId() });
    const ended = await anna.enableEntry({ requestId: requestId(), setId, entry: ask.entry });
    expect(ended.opinions).toMatchObject({ counter: 5n, disabling: { endedBy: "maintainer/anna" } });
  });

  test("one person disables ten at a time, for thirty days at most", async () => {
    const setId = await newSet();
    const ben = await people.as("ben");
    const ask = (n: number, days = 1) => ({
      requestId: requestId(),
      setId,
      entry: named(setId, n),
      days,
      reason: "a doubt",
    });
    await expect(ben.disableEntry(ask(1, 31))).rejects.toMatchObject({ fields: [{ field: "days" }] });
    for (let n = 1; n <= 10; n++) await ben.disableEntry(ask(n));
    await expect(ben.disableEntry(ask(11))).rejects.toMatchObject({ reason: "WRONG_STATE" });
    await (await people.as("anna")).disableEntry(ask(11));
    await expect((await people.as("carl")).disableEntry(ask(12))).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
    await ben.enableEntry({ requestId: requestId(), setId, entry: named(setId, 1) });
    await ben.disableEntry(ask(12));
  });

  test("nor do more by calls that come at once", async () => {
    const setId = await newSet();
    const ben = await people.as("ben");
    const about = { setId, days: 1, reason: "a doubt" };
    const asked = Array.from({ length: 14 }, (_, n) => ({
      ...about,
      requestId: requestId(),
      entry: named(setId, n + 1),
    }));
    const came = await Promise.allSettled(asked.map((one) => ben.disableEntry(one)));
    expect(came.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    const { all } = await people.standings(setId);
    expect([...all.values()].filter(({ disabled }) => disabled)).toHaveLength(10);
  });

  test("nor by a repeat of what ended an earlier one", async () => {
    const setId = await newSet();
    const [anna, ben] = [await people.as("anna"), await people.as("ben")];
    const ask = (n: number) => ({ requestId: requestId(), setId, entry: named(setId, n), days: 1, reason: "a doubt" });
    await anna.disableEntry(ask(1));
    const enable = { requestId: requestId(), setId, entry: named(setId, 1) };
    await ben.enableEntry(enable);
    await ben.disableEntry(ask(1));
    await ben.enableEntry(enable);
    for (let n = 2; n <= 9; n++) await ben.disableEntry(ask(n));
    const came = await Promise.allSettled([10, 11, 12, 13].map((n) => ben.disableEntry(ask(n))));
    expect(came.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

test("of a set that is retired nobody disables anything any more; what was said can be read", async () => {
  const setId = await newSet(3);
  const proposal = { requestId: requestId(), setId, retire: true, reason: "its source ended" };
  const { change } = await hashlists.anna.proposeSetChange(proposal);
  const ben = await people.as("ben");
  await ben.disableEntry({ requestId: requestId(), setId, entry: named(setId, 1), days: 1, reason: "a doubt" });
  await hashlists.ben.approveSetChange({ requestId: requestId(), setId, changeId: change?.changeId ?? "" });
  const again = { requestId: requestId(), setId, entry: named(setId, 2), days: 1, reason: "a doubt" };
  await expect(ben.disableEntry(again)).rejects.toThrow("is retired");
  await expect(people.say("carl", setId, [1], NEGATIVE)).rejects.toThrow("is retired");
  expect((await ben.listEntryOpinions({ setId, pageSize: 0, pageToken: "" })).entries).toHaveLength(1);
});

test("a note is kept with its author and time, once, and tells nobody else", async () => {
  const setId = await newSet(3);
  const carl = await people.as("carl");
  const ask = { requestId: requestId(), setId, entry: named(setId, 1), text: " asked the partner " };
  await carl.addEntryNote(ask);
  const { opinions } = await carl.addEntryNote(ask);
  expect(opinions?.notes).toMatchObject([{ text: "asked the partner", writtenBy: "maintainer/carl" }]);
  expect(await counterOf(setId)).toBe(1);
  const rita = await people.as("rita");
  const { entries } = await rita.listEntryOpinions({ setId, pageSize: 0, pageToken: "" });
  expect(entries.map(({ notes }) => notes.length)).toEqual([1]);
  // Who runs all of it could ask here whether a hash is listed.
  const operator = await people.as("olga", "operator");
  await expect(operator.listEntryOpinions({ setId, pageSize: 0, pageToken: "" })).rejects.toMatchObject({
    reason: "NOT_ALLOWED",
  });
  const identityDir = await bed.identity("maintainer", "rita");
  await using views = connect(HashSetViewServiceService, { address: hashlists.address, identityDir });
  const { hashes } = await views.findEntries({ setId, hashes: [md5(1), md5(2)] });
  const notes = hashes.map((one) => one.entries.map(({ opinions: said }) => said?.notes.map(({ text }) => text)));
  expect(notes).toEqual([[["asked the partner"]], [undefined]]);
});

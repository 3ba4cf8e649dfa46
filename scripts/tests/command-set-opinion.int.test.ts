import { Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const id = "3f2a1b4c-0000-4000-8000-000000000000";
const md5 = "ab".repeat(16);
const time = new Date(0);
const opinions = {
  setId: "known",
  entryId: id,
  together: "OPINIONS_TOGETHER_DISPUTED",
  positiveOrganisations: 2,
  opinions: [
    { person: "maintainer/a", organisation: "police", opinion: "ENTRY_OPINION_NEGATIVE", note: "a drawing", time },
  ],
  notes: [{ noteId: "n", text: "asked them", writtenBy: "maintainer/b", writtenTime: time }],
  disabling: {
    disabledBy: "maintainer/b",
    reason: "a doubt",
    sinceTime: time,
    untilTime: time,
    endedTime: undefined,
    endedBy: "",
  },
  counter: 7n,
};

test("set opinion says one thing of several entries, or takes it back", async () => {
  bed.answers.set("giveOpinions", { entryCount: 2 });
  bed.answers.set("withdrawOpinions", { entryCount: 1 });
  const said = await bed.ntd("set", "opinion", "known", id, `md5:${md5}`, "--negative", "--note", "a drawing");
  expect([said.code, said.out]).toEqual([0, "said of 2 entries\n"]);
  const fingerprint = { algorithm: "ALGORITHM_MD5", value: Buffer.from(md5, "hex") };
  expect(bed.arrived[0]?.request).toMatchObject({
    setId: "known",
    opinion: "ENTRY_OPINION_NEGATIVE",
    note: "a drawing",
    entries: [{ name: { $case: "entryId", value: id } }, { name: { $case: "fingerprint", value: fingerprint } }],
  });
  expect((await bed.ntd("set", "opinion", "known", md5, "--withdraw")).out).toBe("withdrawn of 1 entry\n");
  const none = await bed.ntd("set", "opinion", "known", md5, "--seed", "--positive");
  expect([none.code, none.err]).toEqual([2, expect.stringContaining("say one of --positive")]);
});

test("what is refused is named as it was typed", async () => {
  const fields = [{ field: "entries[1]", description: "is no entry of this set" }];
  bed.answers.set("giveOpinions", () => {
    throw new Problem("NOT_FOUND", "1 of them are no entries of this set: entries[1]", { fields });
  });
  const { code, err } = await bed.ntd("set", "opinion", "known", id, md5, "--seed");
  expect([code, err]).toEqual([expect.any(Number), expect.stringContaining(`${md5}: is no entry of this set`)]);
});

test("set opinions tells all of an entry, or disputed ones first", async () => {
  bed.answers.set("getEntryOpinions", { opinions });
  const listed = { algorithm: "ALGORITHM_MD5", value: Buffer.from(md5, "hex") };
  const other = { ...opinions, entryId: "another" };
  bed.answers.set("listEntryOpinions", { entries: [{ ...opinions, ...listed }, other], nextPageToken: "" });
  const { out } = await bed.ntd("set", "opinions", "known", id);
  expect(out).toMatch(
    /together +disputed\norganisations for it +2\ndisabled +until 1970-.* by maintainer\/b: a doubt\n/,
  );
  expect(out).toMatch(/\nnegative +maintainer\/a +police +1970-\S+ +a drawing\n/);
  expect(out).toMatch(/\nmaintainer\/b +1970-\S+ +asked them\n/);
  expect(out).not.toMatch(/hash/);
  const all = (await bed.ntd("set", "opinions", "known")).out;
  expect(all).toMatch(new RegExp(`\n${id} +md5 +${md5} +disputed +2 +1 +1 +until`));
  expect(all).toMatch(/\nanother +disputed +2 +1 +1 +until/);
  bed.answers.set("getEntryOpinions", { opinions: { ...opinions, ...listed } });
  expect((await bed.ntd("set", "opinions", "known", id)).out).toMatch(new RegExp(`\nhash +md5 ${md5}\n`));
});

test("set note, disable and enable are of one entry", async () => {
  for (const call of ["addEntryNote", "disableEntry", "enableEntry"]) bed.answers.set(call, { opinions });
  await bed.ntd("set", "note", "known", id, "asked them");
  await bed.ntd("set", "disable", "known", md5, "--days", "7", "--reason", "a doubt");
  expect((await bed.ntd("set", "enable", "known", id)).out).toMatch(/together +disputed/);
  expect(bed.arrived.map(({ request }) => request)).toMatchObject([
    { setId: "known", text: "asked them", entry: { name: { $case: "entryId" } } },
    { setId: "known", days: 7, reason: "a doubt", entry: { name: { $case: "fingerprint" } } },
    { setId: "known", entry: { name: { value: id } } },
  ]);
});

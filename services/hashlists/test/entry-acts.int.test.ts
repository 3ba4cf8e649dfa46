import { randomUUID } from "node:crypto";
import { eventually } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Deps } from "../src/deps.ts";
import { startTellingOpinions } from "../src/opinions/every-second-tell-opinions.ts";
import { addEntryNote, disableEntry, enableEntry } from "../src/opinions/rpc-change-entry.ts";
import { listHistory } from "../src/history/rpc-list-history.ts";
import { by, cutAt, openTestDeps, setInForce } from "./deps.ts";
import { entryOf, MEMBERS, named } from "./opinions-bed.ts";

// All that was done with an entry stays in the history of its set, and not the last of it alone.

let bed: Awaited<ReturnType<typeof openTestDeps>>;
let deps: Deps;
let setId: string;
beforeEach(async () => {
  deps = bed = await openTestDeps();
  setId = await setInForce(deps, MEMBERS, 3);
});
afterEach(() => bed[Symbol.asyncDispose]());

const one = () => ({ requestId: randomUUID(), setId, entry: named(setId, 1) });
const note = (text: string, on = deps) => addEntryNote(on)({ ...one(), text }, by("anna"));
const disable = (who: string, days: number, on = deps, request = one()) =>
  disableEntry(on)({ ...request, reason: "a doubt", days }, by(who));

/** What was done with entries, the oldest first. */
async function acts(pageSize = 0): Promise<string[]> {
  const found: string[] = [];
  let pageToken = "";
  do {
    const page = await listHistory(deps)({ setId, pageSize, pageToken }, by("rita"));
    for (const { kind, person, reason } of page.entries) {
      const [, what] = /^HISTORY_KIND_ENTRY_(.*)$/.exec(kind) ?? [];
      if (what !== undefined) found.push(`${what} ${person} ${reason}`.trim());
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return found.toReversed();
}

test("notes and disablings are all told, page by page, also those that others came behind", async () => {
  for (const text of ["a beach", "a museum"]) {
    await note(text);
    bed.clock.advance(1000);
  }
  await disable("ben", 1);
  bed.clock.advance(1000);
  await enableEntry(deps)(one(), by("anna"));
  bed.clock.advance(1000);
  await disable("anna", 1);
  bed.clock.advance(2 * 86_400_000);
  await using _ = startTellingOpinions(deps);
  await eventually("it ended by itself", async () => (await acts()).length === 6);
  for (const pageSize of [0, 1, 2]) {
    expect(await acts(pageSize)).toEqual([
      "NOTED maintainer/anna a beach",
      "NOTED maintainer/anna a museum",
      "DISABLED maintainer/ben a doubt",
      "ENABLED maintainer/anna",
      "DISABLED maintainer/anna a doubt",
      "ENABLED",
    ]);
  }
});

test("what an earlier version left of an entry is told as it was, and as soon as something is done with it once more", async () => {
  await note("a beach");
  await disable("ben", 1);
  const { state, ...found } = (await deps.opinions.load(entryOf(setId, 1))) ?? expect.fail();
  const { acts: _, ...old } = state;
  await deps.opinions.save({ state, ...found }, old);
  await deps.entryActs.remove(...(await deps.entryActs.find({ limit: 10 })).map(({ id }) => id));
  const left = ["NOTED maintainer/anna a beach", "DISABLED maintainer/ben a doubt"];
  expect((await acts()).toSorted()).toEqual(left.toSorted());
  bed.clock.advance(1000);
  await note("a museum");
  const all = await acts();
  expect(all.slice(0, 2).toSorted()).toEqual(left.toSorted());
  expect(all.slice(2)).toEqual(["NOTED maintainer/anna a museum"]);
});

const cuts = [1, 2, 3].flatMap((n) => [
  { n, when: "before" as const },
  { n, when: "after" as const },
]);
test.each(cuts)("cut off $when write $n and asked again, it is told once", async ({ n, when }) => {
  const request = one();
  const { on, isCut } = cutAt(deps, ["opinions", "entryActs"], n, when);
  await disable("ben", 1, on, request).catch(() => undefined);
  expect(isCut()).toBe(true);
  await disable("ben", 1, deps, request);
  await using _ = startTellingOpinions(deps);
  await eventually("nothing is left to be told", async () => {
    const { count } = await deps.opinions.count({ actsIn: setId });
    return count === 0;
  });
  expect(await acts()).toEqual(["DISABLED maintainer/ben a doubt"]);
});

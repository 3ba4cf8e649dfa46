import { expect, test } from "vitest";
import { facts } from "../src/facts.ts";
import { Freshness } from "../src/lists/freshness.ts";
import type { RangeState } from "../src/rows/range.ts";

type Deps = Parameters<typeof facts>[0];
const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute));

/** Two sets, and ranges of rows that were searched so far in the second one. */
function depsOf(marks: Readonly<Record<string, number>>): Deps {
  const freshness = new Freshness();
  freshness.loaded("a", at(1));
  freshness.loaded("b", at(2));
  freshness.checked("b", at(3));
  const set = (setId: string, counter: number, searchable: number) => ({ setId, counter, entries: { searchable } });
  const load = async (id: string) => {
    const state: RangeState = { schemaVersion: 1, sets: [{ setId: "b", mark: marks[id] ?? 7, goal: 7 }] };
    return { id, version: 1, state };
  };
  return {
    index: { sets: [set("a", 0, 5), set("b", 7, 20)] },
    freshness,
    collections: { ranges: { load } },
  } as unknown as Deps;
}

test("how much is searched, how old the oldest set is, and how many ranges of rows are behind", async () => {
  expect(await facts(depsOf({ "0": 6, f: 0 }))).toEqual({
    sets: 2,
    index_rows: 25,
    oldest_set_loaded: at(1),
    oldest_set_checked: at(3),
    ranges_of_rows_behind: "2 of 16",
  });
});

test("without sets nothing is old and nothing behind", async () => {
  const none = { ...depsOf({}), index: { sets: [] } };
  expect(await facts(none)).toMatchObject({ sets: 0, index_rows: 0, ranges_of_rows_behind: "0 of 16" });
});

import { expect, test } from "vitest";
import type { Deps } from "../src/deps.ts";
import type { LoadedSet } from "../src/lists/loaded-set.ts";
import { lookupColumn } from "../src/rows/lookup-column.ts";
import { metRows } from "../src/impact/met-rows.ts";

const content = { recipe: "exact-1", fingerprints: [], pdqForms: [], tooLittleDetail: false, revision: 1 };
const column = lookupColumn({ pending: false, searched: [], content: content as never });
/** So many rows, all in the first range, and a list that everything hits by one entry. */
const rows = (count: number) => ({
  project: ({ where, after, limit }: { where: { range: string }; after?: { id: string }; limit: number }) => {
    const from = after === undefined ? 0 : Number(after.id) + 1;
    const id = Array.from({ length: where.range === "0" ? Math.min(limit, count - from) : 0 }, (_, n) => `${from + n}`);
    return Promise.resolve({ length: id.length, columns: { id, lookup: { at: () => column } } });
  },
});
const list = {
  setId: "national",
  finds: (plans: unknown[]) => Promise.resolve(plans.map(() => true)),
  search: () => Promise.resolve([{ entryId: "e" }]),
} as unknown as LoadedSet;
const read = (count: number, most: number, ms = 60_000) =>
  metRows(
    { collections: { rows: rows(count) } as unknown as Deps["collections"] },
    list,
    new AbortController().signal,
    { rows: most, ms },
  );

test("all rows are looked at, and it is said where there are more than are", async () => {
  expect(await read(1200, 5000)).toEqual({ entryIds: new Set(["e"]), metRows: 1200, rows: 1200, isMore: false });
  expect(await read(1200, 1000)).toMatchObject({ metRows: 1000, rows: 1000, isMore: true });
  expect(await read(1000, 1000)).toMatchObject({ rows: 1000, isMore: false });
  expect(await read(1200, 5000, 0)).toMatchObject({ rows: 0, isMore: true });
});

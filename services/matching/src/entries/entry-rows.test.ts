import fc from "fast-check";
import { expect, test } from "vitest";
import { EntryRows, type Listed } from "./entry-rows.ts";
import { IdSet } from "./id-set.ts";

const listed: fc.Arbitrary<Listed> = fc.record({
  entryId: fc.uuid(),
  votes: fc.nat({ max: 2 ** 32 - 1 }),
  detail: fc.nat({ max: 480 }),
  classification: fc.option(
    fc.record({
      scheme: fc.constantFrom("iwf", "interpol"),
      version: fc.constantFrom("", "1"),
      code: fc.constantFrom("A", "B"),
    }),
    { nil: undefined },
  ),
});

const ID = "abcdef01-2345-4789-8abc-def012345678";

function rowsOf(entries: readonly Listed[]): EntryRows {
  const rows = new EntryRows();
  for (const entry of entries) rows.add(entry);
  return rows;
}

function found(rows: EntryRows, entryIds: readonly string[]): number[] {
  const looking = rows.find(IdSet.of(entryIds));
  for (;;) {
    const next = looking.next();
    if (next.done === true) return next.value;
  }
}

test("whatever is taken in is told again", () => {
  fc.assert(
    fc.property(fc.array(listed), (entries) => {
      const rows = rowsOf(entries);
      expect(entries.map((_, row) => rows.at(row))).toEqual(entries);
      expect(rows.length).toBe(entries.length);
    }),
  );
});

test("entries are found by their ids, also among more than one chunk and slice, and those not there are not", () => {
  const id = (n: number) => `${n.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
  const entries = Array.from({ length: 70_000 }, (_, n) => n).map((n) => {
    return { entryId: id(n), votes: n, detail: 0, classification: undefined };
  });
  const rows = rowsOf(entries);
  expect(found(rows, [id(69_999), id(0), id(4_096), id(70_000)])).toEqual([0, 4_096, 69_999]);
  expect(found(rows, [])).toEqual([]);
  expect(rows.at(69_999)).toEqual(entries[69_999]);
});

test("what is staged is not found before it is settled, and is as if it had never been when it is dropped", () => {
  fc.assert(
    fc.property(fc.array(listed), fc.array(listed), fc.array(listed), (entries, dropped, later) => {
      const rows = rowsOf(entries);
      for (const one of dropped) rows.stage(one);
      expect(
        found(
          rows,
          dropped.map(({ entryId }) => entryId),
        ).every((row) => row < entries.length),
      ).toBe(true);
      rows.packed.unstage();
      for (const one of later) rows.stage(one);
      expect(rows.length).toBe(entries.length);
      rows.packed.settle();
      const all = [...entries, ...later];
      expect(all.map((_, row) => rows.at(row))).toEqual(all);
      const ids = all.map(({ entryId }) => entryId);
      expect(found(rows, ids)).toEqual([...all.keys()]);
    }),
  );
});

test("an id is the same in either case", () => {
  const entryId = "ABCDEF01-2345-4789-8ABC-DEF012345678";
  const rows = rowsOf([{ entryId, votes: 1, detail: 2, classification: undefined }]);
  expect(rows.at(0).entryId).toBe(entryId.toLowerCase());
  expect(found(rows, [entryId])).toEqual([0]);
});

test("what is no UUID is told", () => {
  const taken = (entryId: string) => new EntryRows().add({ entryId, votes: 1, detail: 2, classification: undefined });
  expect(taken(ID)).toBe(true);
  for (const id of ["", "abcdef01-2345-4789-8abc-def01234567", "abcdef01-2345-4789-8abc-def01234567g"]) {
    expect(taken(id), id).toBe(false);
  }
  expect(taken("abcdef0102345-4789-8abc-def012345678")).toBe(false);
  expect(taken("ábcdef01-2345-4789-8abc-def012345678")).toBe(false);
});

test("an entry takes 26 bytes, whatever is told of it", () => {
  const before = process.memoryUsage().arrayBuffers;
  const rows = rowsOf(
    Array.from({ length: 200_000 }, (_, votes) => ({ entryId: ID, votes, detail: 1, classification: undefined })),
  );
  expect((process.memoryUsage().arrayBuffers - before) / rows.length).toBeLessThan(27);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { dueOf, type Standing } from "./due.ts";

const pass = { mark: 5, through: 8, manyLost: false };
const row = (counter: number, changes: Partial<Standing> = {}): Standing => ({
  pending: false,
  counter,
  hasHits: false,
  ...changes,
});

test("given a row at the mark or below, then it is searched in what is new since the mark, with hits or without", () => {
  for (const counter of [0, 3, 5]) {
    expect(dueOf(row(counter), pass)).toEqual({ since: 5 });
    expect(dueOf(row(counter, { hasHits: true }), pass)).toEqual({ since: 5 });
  }
});

test("given a row ahead of the mark, then it is searched in what is new since its own counter, and in all if it has hits", () => {
  expect(dueOf(row(7), pass)).toEqual({ since: 7 });
  expect(dueOf(row(7, { hasHits: true }), pass)).toBe("search");
});

test("given a row that is through, or that waits to be looked up in everything, then nothing", () => {
  expect(dueOf(row(8, { hasHits: true }), pass)).toBe("nothing");
  expect(dueOf(row(9), pass)).toBe("nothing");
  expect(dueOf(row(0, { pending: true }), pass)).toBe("nothing");
});

test("given that too much was lost to look for it by the entry, then each row with hits is searched", () => {
  expect(dueOf(row(3, { hasHits: true }), { ...pass, manyLost: true })).toBe("search");
  expect(dueOf(row(3), { ...pass, manyLost: true })).toEqual({ since: 5 });
});

// The model: what a list holds at each counter, and rows that each have one hash.
type List = ReadonlySet<number>;
const listedAt = (history: readonly List[], counter: number): List => history[counter - 1] ?? new Set<number>();
const difference = (some: List, others: List) => new Set([...some].filter((one) => !others.has(one)));

test("whatever a list goes through: passes that search only what is due leave each row as a search of everything would", () => {
  const list = fc.uniqueArray(fc.integer({ min: 0, max: 4 })).map((hashes): List => new Set(hashes));
  const step = fc.record({
    // The counter that a pass goes through to, or that a row with this hash is searched at when it comes.
    counter: fc.integer({ min: 1, max: 6 }),
    hash: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    manyLost: fc.boolean(),
    // A pass that is cut off has done so many rows.
    rows: fc.option(fc.nat(4), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(list, { minLength: 6, maxLength: 6 }), fc.array(step, { maxLength: 30 }), (history, steps) => {
      const rows: (Standing & { hash: number; hits: boolean })[] = [];
      let [mark, newest] = [0, 0];
      const searched = (hash: number, counter: number) => {
        const hits = listedAt(history, counter).has(hash);
        return { hash, pending: false, counter, hasHits: hits, hits };
      };
      for (const { counter, hash, manyLost, rows: until } of steps) {
        newest = Math.max(newest, counter);
        // Whoever looks a row up has come as far as the newest pass, which is what `mayLookUp` sees to.
        if (hash !== undefined) rows.push(searched(hash, newest));
        else {
          const through = newest;
          const lost = difference(listedAt(history, mark), listedAt(history, through));
          const candidates = rows.flatMap((row, i) => {
            const due = dueOf(row, { mark, through, manyLost });
            const isLost = !manyLost && row.hits && lost.has(row.hash) && row.counter <= mark;
            if (due === "nothing") return [];
            if (due === "search" || isLost) return [i];
            const fresh = difference(listedAt(history, through), listedAt(history, due.since));
            return fresh.has(row.hash) ? [i] : [];
          });
          for (const i of candidates.slice(0, until)) {
            const row = rows[i];
            const next = row && searched(row.hash, through);
            if (next && next.hits !== row?.hits) rows[i] = next;
          }
          if (until === undefined || until >= candidates.length) mark = Math.max(mark, through);
        }
        for (const row of rows) {
          expect(row.hits).toBe(listedAt(history, Math.max(mark, row.counter)).has(row.hash));
        }
      }
    }),
  );
});

import { randomInt } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { Problem } from "@ntd/service";
import { long, longest } from "@ntd/testing/runs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listsOf } from "./lists.ts";
import { changed, mangledIn, someChanges, unheardOf } from "./mutated.ts";
import { hashes, longestPieceMs, readList } from "./read-list.ts";
import { variedLists } from "./varied-lists.ts";

/** The same in `./scripts/test`; another one each time in the long form, where the name of the test tells it. */
const seed = Number(process.env["NTD_SEED"] ?? (long ? randomInt(2 ** 31) : 20_261_128));
const named = (name: string) => `${name}, seed ${seed}`;

/** What becomes of a file: what is read, or the words that refuse it. */
function outcome(file: Buffer, pieceBytes: number) {
  try {
    return readList(file, {}, pieceBytes);
  } catch (error) {
    const problem = error as Problem;
    expect(problem).toBeInstanceOf(Problem);
    expect(problem.reason).toBe("FIELD_INVALID");
    return { refused: problem.message };
  }
}

/** Of a change: what stood before it and what stood behind it may be one record, of five hashes each. */
const MOST_OF_ONE_CHANGE = 10;

describe("of a changed list no hash is read that does not stand in it, whatever the pieces it comes in:", () => {
  test.each(variedLists(3).map(({ name, file }) => ({ name: named(name), file })))(
    "$name",
    ({ file }) => {
      const before = readList(file).entries;
      expect([before.length >= 3, mangledIn(before, file)]).toEqual([true, []]);
      let readable = 0;
      fc.assert(
        fc.property(someChanges(10), fc.integer({ min: 1, max: 300 }), (some, pieceBytes) => {
          const bytes = changed(file, some);
          const read = outcome(bytes, bytes.length + 1);
          const inPieces = outcome(bytes, pieceBytes);
          // Matching what is equal takes longer than reading it.
          if (!isDeepStrictEqual(inPieces, read)) expect(inPieces).toStrictEqual(read);
          if ("refused" in read) return;
          readable++;
          const mangled = mangledIn(read.entries, bytes);
          if (mangled.length > 0) expect(mangled).toEqual([]);
          const unheard = unheardOf(read.entries, before);
          if (unheard.length > MOST_OF_ONE_CHANGE * some.length) expect(unheard).toEqual([]);
        }),
        { numRuns: long ? 100_000 : 1000, seed },
      );
      // A test of refusals alone would find nothing.
      expect(readable).toBeGreaterThan(long ? 1000 : 10);
    },
    longest(60_000),
  );
});

describe("a changed list lets others have their turn, as it is read piece by piece:", () => {
  // Some pieces each, and what comes many times makes it larger.
  test.each(variedLists(150).map(({ name, file }) => ({ name: named(name), file })))(
    "$name",
    ({ file }) => {
      fc.assert(
        fc.property(someChanges(40_000), (some) => {
          expect(longestPieceMs(changed(file, some))).toBeLessThan(100);
        }),
        { numRuns: long ? 2000 : 20, seed },
      );
    },
    longest(60_000),
  );
});

test("the test finds what it looks for: a hash of which a digit is missing, one of two halves, one that is not there", () => {
  const [{ file } = { file: Buffer.alloc(0) }] = variedLists(1);
  const { entries } = readList(file);
  const [first] = entries;
  expect(mangledIn(entries, file)).toEqual([]);
  expect(first).toBeDefined();
  if (first === undefined) return;
  const half = { ...first, value: first.value.slice(0, 30) };
  const joined = { ...first, algorithm: "SHA256" as const, value: first.value + first.value };
  expect(mangledIn([half, joined, first], file)).toEqual([half, joined]);
  // It stands there, as a part of something longer.
  expect(mangledIn([first], Buffer.from(`${first.value}0`))).toEqual([first]);
  expect(unheardOf([half, first], entries)).toEqual([half]);
});

describe("what is written is read back:", () => {
  test.each(listsOf(0).map(({ format }, nth) => ({ format, nth })))("$format", ({ nth }) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 5000 }), (files, pieceBytes) => {
        const list = listsOf(files)[nth];
        const { format, entries, faults } = readList(list?.file ?? "", {}, pieceBytes);
        expect([format, faults]).toEqual([list?.format, []]);
        const all = Array.from({ length: files }, (_, n) => [`MD5 ${hashes.md5(n)}`, `SHA1 ${hashes.sha1(n)}`]).flat();
        expect(entries.map(({ algorithm, value }) => `${algorithm} ${value}`).toSorted()).toEqual(all.toSorted());
      }),
      { numRuns: 20 },
    );
  });
});

import { isDeepStrictEqual } from "node:util";
import { Problem } from "@ntd/service";
import { long, longest } from "@ntd/testing/runs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listsOf } from "./lists.ts";
import { hashes, longestPieceMs, readList } from "./read-list.ts";

/** What a change leaves behind: what each format gives a meaning, and bytes that have none. */
const TOKENS = [
  '"',
  '""',
  ",",
  ";",
  "\n",
  "\r",
  "\t",
  "{",
  "}",
  "[",
  "]",
  ":",
  "\\",
  "<",
  ">",
  "</",
  "&",
  "\0",
  "\uFEFF",
];
const WORDS = ["null", "1e9", '{"MD5":"', "</image>", "<![CDATA[", "<!DOCTYPE a>", "&b;", "é", "sep=;\n", "#", "0"];
const tokens = [...TOKENS, ...WORDS].map((text) => Buffer.from(text));

const PLACES = 1_000_000;
type Change = { at: number; take: number; put: Uint8Array };
const change: fc.Arbitrary<Change> = fc.record({
  // Anywhere in the file alike: of all fractions that there are nearly all are next to nothing.
  at: fc.integer({ min: 0, max: PLACES }).map((place) => place / PLACES),
  take: fc.oneof(fc.constant(0), fc.constant(1), fc.nat({ max: 40 }), fc.nat({ max: 2000 })),
  put: fc.oneof(fc.constantFrom(...tokens), fc.uint8Array({ maxLength: 3 }), fc.constant(new Uint8Array())),
});

function changed(file: Buffer, changes: readonly Change[]): Buffer {
  return changes.reduce((now, { at, take, put }) => {
    const from = Math.floor(at * now.length);
    return Buffer.concat([now.subarray(0, from), put, now.subarray(from + take)]);
  }, file);
}

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

const DIGITS = { SHA256: 64, SHA1: 40, MD5: 32, PDQ: 64, BLOCKHASH256: 64, VPDQ: 0 };

describe("of a changed list no hash is read that does not stand in it, whatever the pieces it comes in:", () => {
  test.each(listsOf(12))(
    "$format",
    ({ file }) => {
      const changes = fc.array(change, { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(changes, fc.integer({ min: 1, max: 300 }), (some, pieceBytes) => {
          const bytes = changed(Buffer.from(file), some);
          const read = outcome(bytes, bytes.length + 1);
          const inPieces = outcome(bytes, pieceBytes);
          // Matching what is equal takes longer than reading it.
          if (!isDeepStrictEqual(inPieces, read)) expect(inPieces).toStrictEqual(read);
          if ("refused" in read) return;
          const runs = new Set(
            bytes
              .toString("latin1")
              .toLowerCase()
              .match(/[0-9a-f]+/g),
          );
          const mangled = read.entries.filter(
            ({ algorithm, value }) => value.length !== DIGITS[algorithm] || !runs.has(value),
          );
          if (mangled.length > 0) expect(mangled).toEqual([]);
        }),
        { numRuns: long ? 100_000 : 1000 },
      );
    },
    longest(60_000),
  );
});

describe("a changed list lets others have their turn, as it is read piece by piece:", () => {
  // Some pieces each.
  test.each(listsOf(500))(
    "$format",
    ({ file }) => {
      const changes = fc.array(change, { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(changes, (some) => {
          expect(longestPieceMs(changed(Buffer.from(file), some))).toBeLessThan(100);
        }),
        { numRuns: long ? 2000 : 20 },
      );
    },
    longest(60_000),
  );
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

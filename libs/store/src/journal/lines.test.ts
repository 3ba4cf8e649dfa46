import fc from "fast-check";
import { expect, test } from "vitest";
import { wholeLines } from "./lines.ts";
import { lineIn, toBytes, type Line } from "./record.ts";

const entryOf = (id: string, version: number, word?: string) => ({
  collection: "cases",
  id,
  version,
  time: new Date(0),
  ...(word !== undefined && { state: { word } }),
});
const line = (n: number, id: string, version: number, word?: string): Line => ({
  n,
  entry: entryOf(id, version, word),
});
const words = fc.array(
  fc.record({ id: fc.constantFrom("a", "b", "c"), version: fc.nat(9), word: fc.string({ maxLength: 40 }) }),
  { minLength: 1, maxLength: 12 },
);
const linesIn = (bytes: Uint8Array) => wholeLines(bytes, true).lines.map((placed) => lineIn(placed.bytes));
const linesFrom = (drawn: readonly { id: string; version: number; word: string }[]) =>
  drawn.map(({ id, version, word }, i) => line(i + 1, id, version, word));

test("cut off anywhere, the lines in front of the cut are read, and where they end", () => {
  fc.assert(
    fc.property(words, fc.nat(), (drawn, cut) => {
      const lines = linesFrom(drawn);
      const parts = lines.map(toBytes);
      const bytes = Buffer.concat(parts);
      const at = cut % (bytes.length + 1);
      const ends = parts.map((_, i) => parts.slice(0, i + 1).reduce((sum, part) => sum + part.length, 0));
      const whole = ends.filter((end) => end <= at);
      expect(linesIn(bytes.subarray(0, at))).toEqual(lines.slice(0, whole.length));
      // More may follow: then the line that goes on is waited for.
      expect(wholeLines(bytes.subarray(0, at), false).end).toBe(whole.at(-1) ?? 0);
    }),
  );
});

test("a flipped bit takes its own line alone, and nothing is made up", () => {
  fc.assert(
    fc.property(words, fc.nat(), fc.nat(7), (drawn, at, bit) => {
      const lines = linesFrom(drawn);
      const parts = lines.map(toBytes);
      const bytes = Buffer.concat(parts);
      const place = at % bytes.length;
      bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
      let end = 0;
      const hit = parts.findIndex(({ length }) => place < (end += length));
      expect(linesIn(bytes)).toEqual(lines.toSpliced(hit, 1));
    }),
  );
});

test("what was never written (a hole, as a power cut leaves it) is passed over, wherever it is", () => {
  fc.assert(
    fc.property(words, fc.nat(12), fc.nat(300), (drawn, at, zeros) => {
      const lines = linesFrom(drawn);
      const parts: Uint8Array[] = lines.map(toBytes);
      expect(linesIn(Buffer.concat(parts.toSpliced(at, 0, new Uint8Array(zeros))))).toEqual(lines);
    }),
  );
});

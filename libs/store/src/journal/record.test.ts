import fc from "fast-check";
import { expect, test } from "vitest";
import { lastOf, linesOf, toBytes, type Line } from "./record.ts";

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
      const read = linesOf(bytes.subarray(0, at));
      expect(read).toEqual({ lines: lines.slice(0, whole.length), end: whole.at(-1) ?? 0 });
    }),
  );
});

test("a flipped bit ends the reading in front of its line, and nothing is made up", () => {
  fc.assert(
    fc.property(words, fc.nat(), fc.nat(7), (drawn, at, bit) => {
      const lines = linesFrom(drawn);
      const bytes = Buffer.concat(lines.map(toBytes));
      const place = at % bytes.length;
      bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
      const read = linesOf(bytes).lines;
      expect(read).toEqual(lines.slice(0, read.length));
      expect(read.length).toBeLessThan(lines.length);
    }),
  );
});

const found = (lines: readonly Line[]) => [...lastOf(lines).values()].map(({ entry }) => [entry.version, entry.state]);
const event = { id: "e", subject: "s", aggregateId: "a", time: new Date(0), data: new Uint8Array(), headers: {} };

test.each<[string, Line[], unknown]>([
  ["the later version", [line(1, "a", 1, "x"), line(2, "a", 2, "y")], [[2, { word: "y" }]]],
  [
    "what was taken back does not count",
    [line(1, "a", 1, "x"), line(2, "a", 2, "y"), { n: 3, voids: 2 }],
    [[1, { word: "x" }]],
  ],
  ["an older one that lost a race does not count", [line(1, "a", 5, "x"), line(2, "a", 4, "y")], [[5, { word: "x" }]]],
  ["of one version the later", [line(1, "a", 2, "x"), line(2, "a", 2, "y")], [[2, { word: "y" }]]],
  ["removed", [line(1, "a", 3, "x"), line(2, "a", 9)], [[9, undefined]]],
  ["removed and there again", [line(1, "a", 3, "x"), line(2, "a", 9), line(3, "a", 1, "y")], [[1, { word: "y" }]]],
])("%s", (_what, lines, expected) => {
  expect(found(lines)).toEqual(expected);
});

test("the last event that told of a document stays with it", () => {
  const told = { ...event, version: 1 };
  const lines: Line[] = [{ n: 1, entry: { ...entryOf("a", 1, "x"), event: told } }, line(2, "a", 2, "y")];
  expect(lastOf(lines).get("cases/a")?.entry).toMatchObject({ version: 2, event: told });
});

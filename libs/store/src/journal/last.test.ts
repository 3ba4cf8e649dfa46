import { expect, test } from "vitest";
import { emptyIndex, take } from "./last.ts";
import { wholeLines } from "./lines.ts";
import { lineIn, toBytes, type Entry, type Line } from "./record.ts";

const entryOf = (id: string, version: number, word?: string): Entry => ({
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

function indexed(lines: readonly Line[], isOpen = (_n: number) => false) {
  const index = emptyIndex();
  const bytes = Buffer.concat(lines.map(toBytes));
  const voided = new Set(lines.flatMap((one) => ("voids" in one ? [one.voids] : [])));
  for (const placed of wholeLines(bytes, true).lines) take(index, placed, voided, isOpen);
  const entryAt = ({ at, length }: { at: number; length: number }) =>
    (lineIn(bytes.subarray(at, at + length)) as { entry: Entry }).entry;
  return { index, entryAt, found: [...index.last.values()].map((one) => [one.version, entryAt(one).state]) };
}

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
  expect(indexed(lines).found).toEqual(expected);
});

test("the last event that told of a document stays with it, over any number of writes that told nothing", () => {
  const event = { id: "e", subject: "s", aggregateId: "a", time: new Date(0), data: new Uint8Array(), headers: {} };
  const told = { ...event, version: 1 };
  const lines: Line[] = [{ n: 1, entry: { ...entryOf("a", 1, "x"), event: told } }, line(2, "a", 2, "y")];
  const { index, entryAt } = indexed([...lines, line(3, "a", 3, "z")]);
  const last = index.last.get("cases/a");
  expect(last?.version).toBe(3);
  expect(entryAt(last?.event ?? { at: 0, length: 0 }).event).toMatchObject({ id: "e", version: 1 });
});

test("what may still be taken back counts for nothing yet, nor does what takes it back", () => {
  const lines: Line[] = [line(1, "a", 1, "x"), line(2, "a", 2, "y"), { n: 3, voids: 2 }];
  const { index, found } = indexed(lines, (n) => n === 2);
  expect([found, index.open.length, index.n]).toEqual([[[1, { word: "x" }]], 2, 3]);
});

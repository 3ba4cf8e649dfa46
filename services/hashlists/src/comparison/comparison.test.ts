import fc from "fast-check";
import { expect, test } from "vitest";
import type { Kind } from "../chunks/chunk-kinds.ts";
import { Counting, quarantineReasons } from "./comparison.ts";

const time = new Date(0);
const kind = (code: string, algorithm: Kind["algorithm"] = "MD5"): Kind => ({ algorithm, scheme: "s", code });
const ended = (counting: Counting, activeEntryCount = 100) =>
  counting.end({ activeReleaseId: "r1", activeEntryCount }, time);

test("what is other is counted by kind, what is removed by the kind it had, another class by itself", () => {
  const counting = new Counting();
  counting.added(kind("A"));
  counting.added(kind("A", "PDQ"));
  counting.removed(kind("B"));
  counting.changed(kind("A"), kind("A"));
  counting.changed(kind("A"), kind("B"));
  expect(ended(counting)).toEqual({
    activeReleaseId: "r1",
    activeEntryCount: 100,
    added: 2,
    removed: 1,
    changed: 2,
    reclassed: 1,
    kinds: [
      { ...kind("A"), added: 1, removed: 0, changed: 2 },
      { ...kind("A", "PDQ"), added: 1, removed: 0, changed: 0 },
      { ...kind("B"), added: 0, removed: 1, changed: 0 },
    ],
    time,
  });
});

test("however many classes there are, every entry is counted and a few kinds are named, those with most first", () => {
  const counting = new Counting();
  for (let n = 0; n < 20_000; n++) counting.added(kind(`c${n}`));
  for (let n = 0; n < 3; n++) counting.removed(kind("c7"));
  const { added, removed, kinds } = ended(counting);
  expect([added, removed, kinds.length]).toEqual([20_000, 3, 50]);
  expect(kinds[0]).toEqual({ algorithm: "MD5", scheme: "", code: "", added: 10_000, removed: 0, changed: 0 });
  expect(kinds[1]).toMatchObject({ code: "c7", added: 1, removed: 3 });
});

const none = { ...ended(new Counting()), kinds: [] };
test.each([
  [1000, { removed: 100 }, []],
  [1000, { removed: 101 }, ["QUARANTINE_REASON_SHRINKS"]],
  [1000, { added: 500 }, []],
  [1000, { added: 501 }, ["QUARANTINE_REASON_GROWS"]],
  [2000, { changed: 2000, reclassed: 20 }, []],
  [2000, { reclassed: 21 }, ["QUARANTINE_REASON_RECLASSES"]],
  [1000, { takenBack: 100 }, []],
  [1000, { takenBack: 101 }, ["QUARANTINE_REASON_TAKES_BACK"]],
  [20, { takenBack: 10 }, []],
  [1000, { changed: 1000, revoted: 100 }, []],
  [1000, { changed: 1000, revoted: 101 }, ["QUARANTINE_REASON_REVOTES"]],
  // Of a short list every share is large.
  [1, { removed: 1, added: 10, reclassed: 0 }, []],
  [10, { removed: 10, added: 11 }, ["QUARANTINE_REASON_GROWS"]],
  [
    100,
    { removed: 100, added: 100, reclassed: 100 },
    ["QUARANTINE_REASON_SHRINKS", "QUARANTINE_REASON_GROWS", "QUARANTINE_REASON_RECLASSES"],
  ],
])("of %i in force %j: %j", (activeEntryCount, other, reasons) => {
  expect(quarantineReasons({ ...none, activeEntryCount, ...other })).toEqual(reasons);
});

test("what nothing was in force before is in no quarantine", () => {
  fc.assert(
    fc.property(fc.nat(), (added) => {
      expect(quarantineReasons({ ...none, activeEntryCount: 0, added })).toEqual([]);
    }),
  );
});

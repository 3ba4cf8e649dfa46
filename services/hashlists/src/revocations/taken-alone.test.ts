import { expect, test } from "vitest";
import { aloneIdOf, type AloneState } from "../sets/alone.ts";
import { countAlone, type TakenAlone } from "./taken-alone.ts";

const HOUR_MS = 3_600_000;
const at = (hour: number) => new Date(Date.UTC(2030, 0, 1) + hour * HOUR_MS);

/** Counts one after the other: by whom, how many, at which hour, and under which id; how many persons each takes. */
function counted(...wanted: [by: string, entryCount: number, hour: number, id?: string][]) {
  const held = new Map<string, AloneState<TakenAlone>>();
  const persons = wanted.map(([by, entryCount, hour, id], nth) => {
    const document = aloneIdOf("taken-alone", by);
    const next = countAlone(held.get(document), { by, revocationId: id ?? `v${nth}`, entryCount }, at(hour));
    if (next.state !== undefined) held.set(document, next.state);
    return next.persons;
  });
  return { persons, anna: held.get(aloneIdOf("taken-alone", "maintainer/anna")) };
}

test("one person takes back ten within a day, by however many calls; the next one takes another person", () => {
  expect(counted(["maintainer/anna", 10, 0]).persons).toEqual([1]);
  expect(counted(["maintainer/anna", 11, 0]).persons).toEqual([2]);
  expect(counted(["maintainer/anna", 6, 0], ["maintainer/anna", 4, 1], ["maintainer/anna", 1, 2]).persons).toEqual([
    1, 1, 2,
  ]);
  expect(counted(["maintainer/anna", 6, 0], ["maintainer/anna", 5, 1], ["maintainer/anna", 4, 2]).persons).toEqual([
    1, 2, 1,
  ]);
});

test("the same name in another kind of identity is the same person, and another person has ten of their own", () => {
  const { persons } = counted(["maintainer/anna", 10, 0], ["operator/anna", 1, 1], ["maintainer/ben", 10, 1]);
  expect(persons).toEqual([1, 2, 1]);
});

test("what is 24 hours old counts no more and is kept no longer", () => {
  const { persons, anna } = counted(
    ["maintainer/anna", 10, 0],
    ["maintainer/anna", 1, 23.9],
    ["maintainer/anna", 10, 24],
  );
  expect(persons).toEqual([1, 2, 1]);
  expect(anna).toEqual({
    schemaVersion: 1,
    name: "anna",
    shares: [{ of: "v2", entryCount: 10, since: at(24) }],
  });
});

test("given a request that comes again, then it counts once; and one that takes nothing counts nothing", () => {
  const { persons, anna } = counted(
    ["maintainer/anna", 6, 0, "v"],
    ["maintainer/anna", 4, 0, "w"],
    ["maintainer/anna", 6, 0, "v"],
    ["maintainer/anna", 0, 0, "x"],
  );
  expect(persons).toEqual([1, 1, 1, 1]);
  expect(anna?.shares.map(({ of }) => of)).toEqual(["v", "w"]);
});

test("given one that was cut off and is asked for again when more is left of it, then its share is what it is now", () => {
  const { persons, anna } = counted(["maintainer/anna", 2, 0, "v"], ["maintainer/anna", 9, 0, "v"]);
  expect(persons).toEqual([1, 1]);
  expect(anna?.shares).toMatchObject([{ of: "v", entryCount: 9 }]);
});

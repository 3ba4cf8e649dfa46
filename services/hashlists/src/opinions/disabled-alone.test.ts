import { expect, test } from "vitest";
import { holdDisabled, holdNoMore, type DisabledAlone } from "./disabled-alone.ts";

const at = (day: number) => new Date(Date.UTC(2030, 0, 1 + day));
type Given = { disabledAlone?: readonly DisabledAlone[] };

function held(set: Given, by: string, entryId: string, day = 0): Given | number {
  const next = holdDisabled(set, { by, entryId, untilTime: at(day + 2) }, at(day));
  return "set" in next ? next.set : next.tooMany;
}

const ten = Array.from({ length: 10 }).reduce<Given>((set, _, n) => {
  const next = held(set, "maintainer/anna", `e${n}`);
  return typeof next === "number" ? expect.fail() : next;
}, {});

test("a person holds ten, in every kind of identity, and the same one again is the same", () => {
  expect(held(ten, "maintainer/anna", "more")).toBe(10);
  expect(held(ten, "operator/anna", "more")).toBe(10);
  expect(held(ten, "maintainer/anna", "e3")).toMatchObject({ disabledAlone: { length: 10 } });
  expect(held(ten, "maintainer/ben", "more")).toMatchObject({ disabledAlone: { length: 11 } });
});

test("what is over, what another one took over and what is enabled counts no more", () => {
  expect(held(ten, "maintainer/anna", "more", 2)).toMatchObject({ disabledAlone: { length: 1 } });
  const taken = held(ten, "maintainer/ben", "e3");
  expect(typeof taken === "number" ? taken : held(taken, "maintainer/anna", "more")).not.toBe(10);
  expect(held(holdNoMore(ten, "e3") ?? {}, "maintainer/anna", "more")).not.toBe(10);
  expect(holdNoMore(ten, "other")).toBeUndefined();
});

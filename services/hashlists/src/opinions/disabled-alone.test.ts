import { expect, test } from "vitest";
import { aloneIdOf, type AloneState } from "../sets/alone.ts";
import { holdDisabled, holdNoMore, type DisabledAlone } from "./disabled-alone.ts";

const at = (day: number) => new Date(Date.UTC(2030, 0, 1 + day));

function held(
  state: AloneState<DisabledAlone> | undefined,
  entryId: string,
  day = 0,
): AloneState<DisabledAlone> | number {
  const next = holdDisabled(state, { by: "maintainer/anna", entryId, untilTime: at(day + 2) }, at(day));
  return "state" in next ? next.state : next.tooMany;
}

const ten = Array.from({ length: 10 }).reduce<AloneState<DisabledAlone> | undefined>((state, _, n) => {
  const next = held(state, `e${n}`);
  return typeof next === "number" ? expect.fail() : next;
}, undefined);

test("a person holds ten, in every kind of identity, and the same one again is the same", () => {
  expect(held(ten, "more")).toBe(10);
  expect(held(ten, "e3")).toMatchObject({ name: "anna", shares: { length: 10 } });
  expect(aloneIdOf("disabled-alone", "operator/anna")).toBe(aloneIdOf("disabled-alone", "maintainer/anna"));
  expect(aloneIdOf("disabled-alone", "maintainer/ben")).not.toBe(aloneIdOf("disabled-alone", "maintainer/anna"));
});

test("what is over and what is enabled counts no more", () => {
  expect(held(ten, "more", 2)).toMatchObject({ shares: { length: 1 } });
  expect(held(holdNoMore(ten, "e3"), "more")).not.toBe(10);
  expect(holdNoMore(ten, "other")).toBeUndefined();
  expect(holdNoMore(undefined, "e3")).toBeUndefined();
});

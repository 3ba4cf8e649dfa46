import fc from "fast-check";
import type { Hold } from "@ntd/proto/casework/v1/case";
import { expect, test } from "vitest";
import { aCase, aHold, at } from "../../test/examples.ts";
import { isHeld, seenCase, toldHolds, type CaseView } from "./case-view.ts";

const holdsOf = (...holds: Hold[]) => ({ holds, earlier: undefined });
const event = (view: CaseView | undefined, version: number, holds?: Hold[]) => {
  const data = aCase(holds && { holds: holdsOf(...holds) });
  return seenCase(view, { version, time: at(version), data }, (id) => id) ?? view;
};
const call = (view: CaseView | undefined, version: number, holds: Hold[]) =>
  toldHolds(view, version, holdsOf(...holds)) ?? view;

const inForce = [aHold("hold-1")];
const released = [aHold("hold-1", { releasedTime: at(9) })];

test("what casework tells ahead of the event does not make the event of the same version be ignored", () => {
  const told = call(undefined, 3, inForce);
  expect([isHeld(told), told?.dispatches]).toEqual([true, []]);
  const taken = event(told, 3, inForce);
  expect([taken?.version, taken?.dispatches.length, isHeld(taken)]).toEqual([3, 1, true]);
});

test("an event of before the call is taken in, and its holds are not", () => {
  const view = event(call(undefined, 3, inForce), 2, []);
  expect([view?.version, view?.dispatches.length, isHeld(view)]).toEqual([2, 1, true]);
});

test("the call of a version that an event told already, or of an older one, changes nothing", () => {
  const over = event(event(undefined, 3, inForce), 4, released);
  for (const version of [2, 3, 4]) expect(call(over, version, inForce)).toBe(over);
  expect(isHeld(over)).toBe(false);
});

test("an event that tells no holds ends none: a release that knows none wrote it", () => {
  expect(isHeld(event(event(undefined, 3, inForce), 4))).toBe(true);
  expect(event(undefined, 3)).not.toHaveProperty("holds");
});

test("whatever comes in whatever order, by event or by call, the holds of the newest version are known in the end", () => {
  const heldAt = (version: number) => (version % 2 === 1 ? inForce : released);
  const steps = fc.array(fc.tuple(fc.constantFrom(event, call), fc.integer({ min: 1, max: 8 })), { minLength: 1 });
  fc.assert(
    fc.property(steps, (order) => {
      let view: CaseView | undefined;
      for (const [tell, version] of order) view = tell(view, version, heldAt(version));
      const newest = Math.max(...order.map(([, version]) => version));
      expect(isHeld(view)).toBe(newest % 2 === 1);
    }),
  );
});

import { expect, test } from "vitest";
import {
  abroad,
  at,
  browser,
  contentOf,
  missing,
  newTarget,
  picture,
  rules,
  slotOf,
  timedOut,
} from "../../test/examples.ts";
import type { Observation } from "../targets/observation.ts";
import type { Target } from "../targets/target-state.ts";
import { decide } from "../targets/target.ts";
import { founds } from "./founds.ts";

const eyes = [browser, abroad];
const after = (target: Target, minute: number, said: Record<string, Observation>) =>
  decide(target, slotOf(at(minute), said, eyes), { ...rules, eyes });
const both = (observation: Observation) => ({ browser: observation, abroad: observation });

/** Whether each slot founds something, from a first report on. */
function founded(...slots: readonly Record<string, Observation>[]): boolean[] {
  let target = newTarget();
  return slots.map((said, i) => {
    const next = after(target, i + 1, said);
    const is = founds(target, next);
    target = next;
    return is;
  });
}

const first = { browser: picture("first") };
const again = both(picture("identical"));

test("the first sight does, and each slot that counts towards gone", () => {
  expect(founded(first, again, again, both(missing), both(missing), both(missing), both(missing))).toEqual([
    true,
    false,
    false,
    true,
    true,
    true,
    false,
  ]);
});

test("other material in another episode does, and who is shown something else", () => {
  expect(founded(first, again, { browser: missing, abroad: picture("identical") }, again).slice(2)).toEqual([
    true,
    true,
  ]);
  const gone = [both(missing), both(missing), both(missing)];
  expect(founded(first, again, ...gone, both(picture("same", contentOf(3, 1)))).at(-1)).toBe(true);
});

test("blindness does once it is told, a slot that counts for nothing does not", () => {
  expect(founded({ browser: timedOut }, both(timedOut))).toEqual([true, false]);
  expect(founded(first, again, { browser: missing, abroad: timedOut }).at(-1)).toBe(false);
});

test("many misses within one slot do once", () => {
  const target = after(after(newTarget(), 1, first), 2, again);
  const one = after(target, 3, both(missing));
  const two = after(one, 3.2, both(missing));
  expect([founds(target, one), founds(one, two)]).toEqual([true, false]);
});

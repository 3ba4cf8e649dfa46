import { expect, test } from "vitest";
import { hold, letGoOn, neverHeld, touchedTime } from "./check-hold.ts";

const held = { alarm: "CHECK_ALARM_NEIGHBOURS", since: new Date(1000), known: 12 } as const;
const by = { by: "operator/olga", time: new Date(2000), reason: "asked them" };

test("who is held stays so until an operator lets them go on, and it is kept who did, when and why", () => {
  const before = neverHeld("industry/a");
  expect(letGoOn(before, by)).toBeUndefined();
  const stopped = hold(before, held) ?? expect.fail();
  expect(stopped.held).toEqual(held);
  expect(hold(stopped, { ...held, since: new Date(1500) })).toBeUndefined();
  const { state, ended } = letGoOn(stopped, by) ?? expect.fail();
  expect(state).not.toHaveProperty("held");
  expect([ended, state.ended]).toEqual([{ ...held, ...by }, [{ ...held, ...by }]]);
  expect([before, stopped, state].map((one) => touchedTime(one).getTime())).toEqual([0, 1000, 2000]);
  expect(hold(state, held)?.ended).toHaveLength(1);
});

import { expect, test } from "vitest";
import { newConnector } from "./connector.ts";
import { forgetTime, isToForget, named } from "./unnamed.ts";

const at = (day: number) => new Date(Date.UTC(2026, 0, day));
const npo = { name: "npo", kind: "ncmec", setId: "npo" } as const;
const kept = newConnector(npo, at(1));
const left = named(kept, undefined, at(2)) ?? expect.fail();

test("it is noted once when the file names a connector no more, and void when it names it again", () => {
  expect(named(kept, npo, at(2))).toBeUndefined();
  expect(left).toEqual({ ...kept, unnamedSince: at(2) });
  expect(named(left, undefined, at(20))).toBeUndefined();
  expect(named(left, npo, at(20))).toEqual(kept);
});

test("one of an earlier release learns its kind and its set", () => {
  const { kind: _, setId: _set, ...old } = kept;
  expect(named(old, npo, at(2))).toEqual(kept);
});

test("it is forgotten after thirty days or by an operator, and then whatever the file says", () => {
  expect(forgetTime(at(2))).toEqual(at(32));
  expect([isToForget(kept, at(100)), isToForget(left, at(31)), isToForget(left, at(32))]).toEqual([false, false, true]);
  const forgotten = { ...left, isForgotten: true } as const;
  expect([isToForget(forgotten, at(2)), named(forgotten, npo, at(3))]).toEqual([true, undefined]);
});

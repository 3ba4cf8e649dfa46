import { expect, test } from "vitest";
import { limitOf } from "./limits.ts";

const unary = { path: "/ntd.A/Get", requestStream: false, responseStream: false };

test("a unary call has thirty seconds, unless the server or the method says otherwise; streams have no limit", () => {
  expect(limitOf({}, unary)).toBe(30_000);
  expect(limitOf({ maxCallMs: 5 }, unary)).toBe(5);
  expect(limitOf({ maxCallMs: 5, callMs: { "/ntd.A/Get": Infinity } }, unary)).toBe(Infinity);
  expect(limitOf({ callMs: { "/ntd.A/Other": 1 } }, unary)).toBe(30_000);
  for (const stream of [{ requestStream: true }, { responseStream: true }]) {
    expect(limitOf({ maxCallMs: 5 }, { ...unary, ...stream })).toBe(Infinity);
  }
});

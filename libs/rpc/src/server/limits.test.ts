import { expect, test } from "vitest";
import { limitOf } from "./limits.ts";

const unary = { path: "/ntd.A/Get", requestStream: false, responseStream: false };

test("a call has thirty seconds, an upload ten minutes, unless the server or the method says otherwise", () => {
  const upload = { ...unary, requestStream: true };
  expect([limitOf({}, unary), limitOf({}, upload)]).toEqual([30_000, 600_000]);
  expect([limitOf({ maxCallMs: 5 }, unary), limitOf({ maxCallMs: 5 }, upload)]).toEqual([5, 600_000]);
  expect(limitOf({ maxUploadMs: 7 }, upload)).toBe(7);
  for (const one of [unary, upload]) expect(limitOf({ maxCallMs: 5, callMs: { "/ntd.A/Get": 9 } }, one)).toBe(9);
  expect(limitOf({ callMs: { "/ntd.A/Other": 1 } }, unary)).toBe(30_000);
});

test("a stream of answers lasts as long as its connection", () => {
  expect(limitOf({ maxCallMs: 5, maxUploadMs: 5 }, { ...unary, responseStream: true })).toBe(Infinity);
});

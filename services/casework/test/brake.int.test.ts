import { afterEach, beforeEach, expect, test } from "vitest";
import { passesBrake } from "../src/policies/brake.ts";
import { openHandlers, type Handlers } from "./bed.ts";

let ntd: Handlers;
beforeEach(async () => {
  ntd = await openHandlers({ autoPerMinute: 2 });
});
afterEach(() => ntd[Symbol.asyncDispose]());

const pass = (caseId: string, setId = "national") => passesBrake(ntd.deps, setId, caseId);

test("so many cases of a set pass in a minute, each set for itself, and again in the next minute", async () => {
  expect([await pass("a"), await pass("b"), await pass("c")]).toEqual([true, true, false]);
  expect(await pass("c", "another")).toBe(true);
  ntd.clock.advance(60_000);
  expect([await pass("c"), await pass("d"), await pass("e")]).toEqual([true, true, false]);
});

test("a case that passed passes again and takes no second place", async () => {
  expect([await pass("a"), await pass("a"), await pass("b"), await pass("a")]).toEqual([true, true, true, true]);
});

test("of many at the same time no more pass than may", async () => {
  const passed = await Promise.all(["a", "b", "c", "d", "e"].map((caseId) => pass(caseId)));
  expect(passed.filter(Boolean)).toHaveLength(2);
});

test("0 stops automatic decisions", async () => {
  expect(await passesBrake({ ...ntd.deps, autoPerMinute: 0 }, "national", "a")).toBe(false);
});

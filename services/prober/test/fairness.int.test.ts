import { eventually } from "@ntd/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openProberBed, type ProberBed } from "./bed.ts";

let at: ProberBed;
beforeAll(async () => {
  at = await openProberBed();
});
// What one test left waiting ends at once in the next.
afterEach(() => at.pages.clear());
afterAll(() => at[Symbol.asyncDispose]());

const paths = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const looked = (prefix: string, count: number) => paths(prefix, count).filter((path) => at.hits(path) > 0).length;

test("one report of a hundred dead addresses does not hold up another reporter's first look", async () => {
  // Nothing that hangs comes to an end while this runs.
  await using _ = await at.startProber({ fetchTimeoutMs: 60_000, leaseMs: 120_000 });
  for (const path of paths("/dead/", 100)) at.pages.set(path, "hang");
  at.pages.set("/alive", "picture 1 1");
  await at.reportAll(paths("/dead/", 100), { fairnessKey: "one" });
  await eventually("as many hang as may", () => looked("/dead/", 100) >= 8);
  await at.report("/alive", { fairnessKey: "another" });
  await at.until("/alive", "present");
  // Three of four hands, and no more.
  await eventually("all that may hang do", () => looked("/dead/", 100) === 24);
});

test("a flood of reports does not hold up another reporter's first look", async () => {
  await using _ = await at.startProber();
  const flood = paths("/slow/", 1000);
  for (const path of flood) at.pages.set(path, "picture 2 2");
  at.pages.set("/calm", "picture 3 3");
  for (let from = 0; from < flood.length; from += 100) {
    await Promise.all(flood.slice(from, from + 100).map((path) => at.reportAll([path], { fairnessKey: "one" })));
  }
  await eventually("the flood is looked at", () => looked("/slow/", 1000) >= 8);
  const before = looked("/slow/", 1000);
  await at.report("/calm", { fairnessKey: "another" });
  await eventually("the other's first look", () => at.hits("/calm") > 0);
  // On a quiet machine some ten of the flood come between; that they are counted, not timed, lets a busy one pass.
  expect(looked("/slow/", 1000) - before).toBeLessThan(500);
});

test("a flood of what is looked at in no time holds up neither another reporter's first look nor an end", async () => {
  const flood = paths("/quick/", 2000);
  for (const path of flood) at.pages.set(path, "picture 5 5");
  at.pages.set("/between", "picture 6 6");
  {
    // More than are ever in use: hands are given out without an end.
    await using _ = await at.startProber({ hands: 400 });
    for (let from = 0; from < flood.length; from += 100) {
      await at.reportAll(flood.slice(from, from + 100), { fairnessKey: "one" });
    }
    await eventually("the flood is looked at", () => looked("/quick/", 2000) >= 8);
    const before = looked("/quick/", 2000);
    await at.report("/between", { fairnessKey: "another" });
    await eventually("the other's first look", () => at.hits("/between") > 0);
    expect(looked("/quick/", 2000) - before).toBeLessThan(500);
  }
  expect(looked("/quick/", 2000)).toBeLessThan(1500);
});

test("a slow host has two hands, and what is reported after it does not wait", async () => {
  await using _ = await at.startProber({ fetchTimeoutMs: 60_000, leaseMs: 120_000 });
  for (const path of paths("/tar/", 50)) {
    at.pages.set(path, "hang");
    await at.report(path, { fairnessKey: "two" });
  }
  at.pages.set("/beside", "picture 4 4");
  await eventually("two hang", () => looked("/tar/", 50) === 2);
  await at.reportAll(["/beside"], { fairnessKey: "two" });
  await at.until("/beside", "present");
  expect(looked("/tar/", 50)).toBe(2);
});

import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { inSlices } from "./in-slices.ts";

function busyFor(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

test("whoever waits has a turn before slices have taken two milliseconds, however many slices that are", async () => {
  let [turns, isDone] = [0, false];
  const others = (async () => {
    for (; !isDone; await setImmediate()) turns += 1;
  })();
  function* work() {
    for (let slice = 0; slice < 100; slice += 1) {
      busyFor(0.25);
      yield;
    }
    return "all of it";
  }
  expect(await inSlices(work())).toBe("all of it");
  isDone = true;
  await others;
  expect(turns).toBeGreaterThanOrEqual(12);
});

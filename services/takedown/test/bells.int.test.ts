import { expect, test } from "vitest";
import { Bells } from "../src/stream/bells.ts";

const LONG_MS = 60_000;

test("a ring wakes who waits for that provider, and nobody else", async () => {
  const bells = new Bells();
  using mine = bells.open();
  using other = bells.open();
  mine.listensTo = new Set(["alpha"]);
  other.listensTo = new Set(["beta"]);
  const stop = new AbortController();
  const woken: string[] = [];
  const waits = [
    mine.wait(LONG_MS, stop.signal).then(() => woken.push("mine")),
    other.wait(LONG_MS, stop.signal).then(() => woken.push("other")),
  ];
  bells.ring("alpha");
  await waits[0];
  expect(woken).toEqual(["mine"]);
  stop.abort();
  await waits[1];
});

test("a ring while nobody waits is kept for the next wait, once", async () => {
  const bells = new Bells();
  using bell = bells.open();
  bells.ring();
  await bell.wait(LONG_MS, new AbortController().signal);
  const begun = performance.now();
  await bell.wait(30, new AbortController().signal);
  expect(performance.now() - begun).toBeGreaterThan(25);
});

import { expect, test } from "vitest";
import { HeldRange } from "../src/rows/held-range.ts";
import { memoryBed } from "./memory-bed.ts";

const HOUR_MS = 3_600_000;
const pass = { setId: "a", through: 1 };

test("a process that died while its clock was ahead keeps nobody from its range", async () => {
  const { deps, aside, clock } = memoryBed();
  clock.advance(HOUR_MS);
  await HeldRange.take({ ...deps, aside }, "3", { ...pass, by: "crashed" });
  clock.advance(-HOUR_MS);
  expect(await HeldRange.take({ ...deps, aside }, "3", { ...pass, by: "other" })).toBeDefined();
});

test("a process whose clock is put back keeps the range that it holds", async () => {
  const { deps, aside, clock } = memoryBed();
  const held = await HeldRange.take({ ...deps, aside }, "3", { ...pass, by: "me" });
  clock.advance(-HOUR_MS);
  await held?.keep();
  expect(await HeldRange.take({ ...deps, aside }, "3", { ...pass, by: "other" })).toBeUndefined();
  await held?.end();
});

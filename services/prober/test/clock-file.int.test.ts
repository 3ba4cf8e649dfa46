import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, Health, MovableClock } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readClock } from "../src/evidence/clock-file.ts";
import { startCheckingClock } from "../src/evidence/every-minute-check-clock.ts";
import { at } from "./examples.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-clock-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const log = createLog("prober", "silent");

test("the file of the time service is read each time, and health says while it is of no use", async () => {
  const path = join(dir, "clock");
  const clock = new MovableClock(at(0));
  await using health = new Health(log);
  const read = () => readClock(path, clock);
  await using checking = startCheckingClock({ clockReading: read, health, log });
  await eventually("it is missed", () => health.degraded.has("clock"));
  await writeFile(path, "-0.25\n");
  await utimes(path, at(-1), at(-1));
  expect(read()).toEqual({ is: "known", offsetMs: -250, measuredTime: at(-1) });
  checking.kick();
  await eventually("all is well", () => !health.degraded.has("clock"));
  clock.advance(2 * 3_600_000);
  checking.kick();
  await eventually("it is stale", () => health.degraded.has("clock"));
});

test("where no file is named nothing is degraded", async () => {
  await using health = new Health(log);
  const clock = new MovableClock(at(0));
  let reads = 0;
  await using _ = startCheckingClock({ clockReading: () => (reads++, readClock("", clock)), health, log });
  await eventually("it was looked at", () => reads > 0);
  expect([readClock("", clock), [...health.degraded]]).toEqual([{ is: "unknown", why: "not configured" }, []]);
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { measureMatching } from "./quantity-matching.ts";
import { measureCasework } from "./quantity-casework.ts";
import { measureCompliance } from "./quantity-compliance.ts";
import { measureGrowth } from "./quantity-growth.ts";
import { measureConflicts } from "./quantity-conflicts.ts";
import { measureHashlists } from "./quantity-hashlists.ts";
import { measureIntake } from "./quantity-intake.ts";
import { measurePolice } from "./quantity-police.ts";
import { measureProber } from "./quantity-prober.ts";
import { country, scaled } from "./quantity-sizes.ts";
import { filesIn } from "./quantity-stores.ts";
import { measureTakedown } from "./quantity-takedown.ts";

// The short form of `npm run bench:quantity`: a hundredth of a country. Times say nothing here; that no query scans, and
// that every measurement can be taken, does.
test.each([
  ["hashlists", measureHashlists],
  ["conflicts", measureConflicts],
  ["matching", measureMatching],
  ["prober", measureProber],
  ["takedown", measureTakedown],
  ["casework", measureCasework],
  ["police", measurePolice],
  ["compliance", measureCompliance],
  ["intake", measureIntake],
  ["growth", measureGrowth],
])("%s with a hundredth of a country", async (_name, measure) => {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-quantity-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const figures = await measure(filesIn(dir), scaled(country, 0.01));
  expect(figures.length).toBeGreaterThan(3);
  expect(figures.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
});

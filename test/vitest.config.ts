import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./longest-first.ts";

/** Tests of what decides alone: no servers, no processes, and nothing that is changed for a whole process (`vi.mock`). */
const pure = ["{libs,services}/*/src/**/*.test.ts", "scripts/src/**/*.test.ts"];
const notTests = ["**/node_modules/**", "**/.ntd/**", "test/output/**"];

// Tests run natively, as production does: a construct Node cannot strip fails here too.
export default defineConfig({
  test: {
    experimental: { viteModuleRunner: false },
    setupFiles: [join(import.meta.dirname, "seeded.ts")],
    // A query that no declared index serves fails the run (libs/store/src/strict.ts).
    env: { NTD_STORE_QUERIES: "raise" },
    sequence: { sequencer: LongestFirst },
    pool: "forks",
    maxWorkers: 2,
    // Only what hangs is to meet them: a machine may be ten times as busy as the one that a test was written on.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    reporters: ["default", join(import.meta.dirname, "./reporter.ts")],
    projects: [
      // A process for each file would take longer than its tests.
      { extends: true, test: { name: "pure", include: pure, exclude: notTests, isolate: false } },
      { extends: true, test: { name: "whole", include: ["**/*.test.ts"], exclude: [...notTests, ...pure] } },
    ],
  },
});

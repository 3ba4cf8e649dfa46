import { join } from "node:path";
import { defineConfig } from "vitest/config";

// Tests run natively, as production does: a construct Node cannot strip fails here too.
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/.ntd/**", "test/output/**"],
    experimental: { viteModuleRunner: false },
    setupFiles: [join(import.meta.dirname, "seeded.ts")],
    // A query that no declared index serves fails the run (libs/store/src/strict.ts).
    env: { NTD_STORE_QUERIES: "raise" },
    pool: "forks",
    maxWorkers: 2,
    // Only what hangs is to meet them: a machine may be ten times as busy as the one that a test was written on.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    reporters: ["default", join(import.meta.dirname, "./reporter.ts")],
  },
});

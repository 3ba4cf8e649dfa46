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
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default", join(import.meta.dirname, "./reporter.ts")],
  },
});

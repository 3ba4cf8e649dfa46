import { defineConfig } from "vitest/config";

// Tests run natively, as production does: a construct Node cannot strip fails here too.
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/output/**"],
    experimental: { viteModuleRunner: false },
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

import type { Reporter, TestModule } from "vitest/node";

/** The closing lines: each skipped test with its reason, then "N passed, N failed, N skipped". */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) count.failed++;
      for (const test of module.children.allTests()) {
        const result = test.result();
        count[result.state]++;
        if (result.state === "skipped")
          console.log(`skipped: ${test.fullName}${result.note ? `: ${result.note}` : ""}`);
      }
    }
    const failed = count.failed + count.pending;
    if (failed > 0) process.exitCode = 1;
    console.log(`${count.passed} passed, ${failed} failed, ${count.skipped} skipped`);
  }
}

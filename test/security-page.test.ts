import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const text = (file: string) => readFileSync(join(root, file), "utf8");

test.each(["SECURITY.md", "deploy/README.md"])("every file that %s names is there", (page) => {
  const named = [...text(page).matchAll(/`((?:libs|services|test|scripts|deploy|proto)\/[^`\s]*)`/g)];
  const missing = named.map(([, file = ""]) => file).filter((file) => !existsSync(join(root, file)));
  expect(missing).toEqual([]);
  expect(named.length).toBeGreaterThan(page === "SECURITY.md" ? 40 : 1);
});

test("every requirement of the table is met with a test that shows it, or says why it is not", () => {
  const rows = [...text("SECURITY.md").matchAll(/^\| \d[^|]*\|[^|]*\| (\w+) \| ([^|]*) \|$/gm)];
  expect(rows.length).toBeGreaterThan(40);
  for (const [row, met, shown] of rows) {
    expect(["yes", "no", "partly"], row).toContain(met);
    expect(shown?.length, row).toBeGreaterThan(10);
  }
});

import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const text = (file: string) => readFileSync(join(root, file), "utf8");

test.each(["SECURITY.md", "deploy/README.md"])("every file that %s names is there", (page) => {
  const named = [...text(page).matchAll(/`((?:libs|services|test|scripts|deploy|proto)\/[^`\s]*)`/g)];
  const missing = named.map(([, file = ""]) => file).filter((file) => !existsSync(join(root, file)));
  expect(missing).toEqual([]);
  expect(named.length).toBeGreaterThan(page === "SECURITY.md" ? 40 : 1);
});

test("a test that is named by its file alone lies beside the one that is named before it", () => {
  const rows = text("SECURITY.md").split("\n");
  const named = rows.flatMap((row) => [...row.matchAll(/`([^`\s]*\.test\.ts)`/g)].map(([, file = ""]) => file));
  const alone = named.flatMap((file, at) =>
    file.includes("/") ? [] : [join(dirname(named.slice(0, at).findLast((one) => one.includes("/")) ?? ""), file)],
  );
  expect(alone.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(alone.length).toBeGreaterThan(3);
});

// Of a project's own page, from its folder; of what is below its `test`, by its name.
test("every test that a README names is there", () => {
  const pages = globSync("{libs,services,test,deploy}/*/README.md", { cwd: root });
  const missing = pages.flatMap((page) => {
    const named = [...text(page).matchAll(/`([^`\s]*\.test\.ts)`/g)].map(([, file = ""]) => file);
    const places = (file: string) => [file, join(dirname(page), file), join(dirname(page), "test", file)];
    return named.filter((file) => !places(file).some((place) => existsSync(join(root, place))));
  });
  expect(missing).toEqual([]);
  expect(pages.length).toBeGreaterThan(20);
});

test("every requirement of the table is met with a test that shows it, or says why it is not", () => {
  const rows = [...text("SECURITY.md").matchAll(/^\| \d[^|]*\|[^|]*\| (\w+) \| ([^|]*) \|$/gm)];
  expect(rows.length).toBeGreaterThan(40);
  for (const [row, met, shown] of rows) {
    expect(["yes", "no", "partly"], row).toContain(met);
    expect(shown?.length, row).toBeGreaterThan(10);
  }
});

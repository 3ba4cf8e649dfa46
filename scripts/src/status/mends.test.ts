import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mendOf } from "./mends.ts";

const root = join(import.meta.dirname, "../../..");
const sources = globSync("{services,libs}/*/src/**/*.ts", { cwd: root, exclude: ["**/*.test.ts"] });
const causes = sources.flatMap((file) => {
  const text = readFileSync(join(root, file), "utf8");
  const named = [...text.matchAll(/\.degrade\(\s*["`]([\w:.-]+)/g), ...text.matchAll(/NOT_ASKED = "(\w+)"/g)];
  return named.flatMap(([, cause = ""]) => [cause]);
});
const checks = sources.flatMap((file) =>
  [...readFileSync(join(root, file), "utf8").matchAll(/\bname: "([a-z]+)",\s+run\b/g)].map(
    ([, name]) => `check:${name}`,
  ),
);

test.each([...new Set([...causes, ...checks])])("what to do about %s is said", (cause) => {
  expect(mendOf(cause)).not.toBe(mendOf("news"));
});

test("there are such", () => {
  expect(causes).toContain("store:STORE_FULL");
  expect(checks).toContain("check:index");
});

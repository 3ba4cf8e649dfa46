import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

// Nothing is set up or started for these: they end at once.
const demo = (...args: string[]) =>
  spawnSync(join(import.meta.dirname, "../demo"), args, { encoding: "utf8", timeout: 20_000 });

test.each([
  [["--kepp"], 'demo: "--kepp" is no option'],
  [["keep"], 'demo: "keep" is no option'],
  [["--keep", "now"], 'demo: "now" is no option'],
  [["--keep", "--keep"], "demo: --keep is said 2 times"],
  [[""], 'demo: "" is no option'],
  [["x".repeat(100)], `demo: "${"x".repeat(40)}" is no option`],
])("%o is refused with what there is", (args, said) => {
  const { status, stdout, stderr } = demo(...args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(said);
  expect(stderr).toContain("usage: ./scripts/demo [--keep]");
});

test("--help says what there is", () => {
  const { status, stdout, stderr } = demo("--help");
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("usage: ./scripts/demo [--keep]");
});

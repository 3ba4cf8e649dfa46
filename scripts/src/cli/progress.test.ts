import { expect, test } from "vitest";
import { openProgress, progressLine } from "./progress.ts";

const MIB = 2 ** 20;

test.each([
  [0, 40 * MIB, 0, "list.csv: 0.0 of 40.0 MiB, 0 %"],
  [12 * MIB, 40 * MIB, 3000, "list.csv: 12.0 of 40.0 MiB, 30 %, 7 s left"],
  [40 * MIB, 40 * MIB, 10_000, "list.csv: 40.0 of 40.0 MiB, 100 %, read; it is being checked"],
  [0, 0, 0, "list.csv: 0.0 of 0.0 MiB, 100 %, read; it is being checked"],
])("%d of %d bytes after %d ms", (done, total, ms, line) => {
  expect(progressLine("list.csv", done, total, ms)).toBe(line);
});

test("it is told a few times a second, and taken away at the end", () => {
  let [ms, said] = [0, ""];
  {
    using progress = openProgress(
      (text) => (said += text),
      "f",
      10 * MIB,
      () => ms,
    );
    for (ms = 0; ms < 1000; ms += 10) progress.at(ms);
  }
  expect(said.match(/\r/g)).toHaveLength(6);
  expect(said.endsWith("\r\u001b[K")).toBe(true);
});

test("where nobody looks nothing is written", () => {
  using progress = openProgress(undefined, "f", 10);
  expect(progress.at(5)).toBeUndefined();
});

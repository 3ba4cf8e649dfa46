import { expect, test } from "vitest";
import { openProgress, progressLine } from "./progress.ts";

const MIB = 2 ** 20;

test.each([
  [0, 0, 0, "list.csv: 0.0 of 40.0 MiB, 0 %"],
  [12 * MIB, 0, 3000, "list.csv: 12.0 of 40.0 MiB, 30 %, 4.0 MiB/s, 7 s left"],
  [12 * MIB, 156_000, 3000, "list.csv: 12.0 of 40.0 MiB, 30 %, 4.0 MiB/s, 52,000 rows/s, 7 s left"],
  [40 * MIB, 0, 10_000, "list.csv: 40.0 of 40.0 MiB, 100 %, 4.0 MiB/s, read; it is being checked"],
])("%d bytes and %d rows after %d ms", (bytes, rows, elapsedMs, line) => {
  expect(progressLine({ what: "list.csv", total: 40 * MIB }, { bytes, rows, elapsedMs })).toBe(line);
});

test("nothing is there to read", () => {
  const done = { bytes: 0, elapsedMs: 0 };
  expect(progressLine({ what: "f", total: 0 }, done)).toBe("f: 0.0 of 0.0 MiB, 100 %, read; it is being checked");
});

test("of what goes on, the rate is that of what came since", () => {
  const task = { what: "f", total: 40 * MIB, from: 20 * MIB };
  expect(progressLine(task, { bytes: 30 * MIB, elapsedMs: 5000 })).toBe(
    "f: 30.0 of 40.0 MiB, 75 %, 2.0 MiB/s, 5 s left",
  );
});

function told(isTerminal: boolean, untilMs: number): string {
  let [ms, said] = [0, ""];
  {
    const watching = { write: (text: string) => void (said += text), isTerminal, now: () => ms };
    using progress = openProgress(watching, { what: "f", total: 10 * MIB });
    for (ms = 0; ms < untilMs; ms += 10) progress.at(ms);
  }
  return said;
}

test("on a terminal it is told a few times a second, and taken away at the end", () => {
  const said = told(true, 1000);
  expect(said.match(/\r/g)).toHaveLength(6);
  expect(said.endsWith("\r\u001b[K")).toBe(true);
});

test("elsewhere it is a line every ten seconds, and none of what is over sooner", () => {
  expect(told(false, 9000)).toBe("");
  expect(told(false, 35_000)).toMatch(/^(f: 0\.0 of 10\.0 MiB, 0 %\n){3}$/);
});

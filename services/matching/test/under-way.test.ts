import { createLog, Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { UnderWay } from "../src/lists/under-way.ts";

const { signal } = new AbortController();

/** Works under way, how often one succeeded, and what was logged. */
function begun() {
  const seen = { done: 0, lines: [] as unknown[] };
  const log = createLog("matching", "info", {
    write: (line) => {
      const { level, work, msg } = JSON.parse(line);
      seen.lines.push([level, work, msg]);
    },
  });
  return { seen, underWay: new UnderWay(log, () => seen.done++) };
}

test("a work that is under way is not begun again, and its end is waited for", async () => {
  const { seen, underWay } = begun();
  const { promise, resolve } = Promise.withResolvers<void>();
  const began: string[] = [];
  const begin = (name: string) => underWay.begin(name, signal, () => (began.push(name), promise));
  for (const name of ["a", "a", "b"]) begin(name);
  expect([began, seen.done]).toEqual([["a", "b"], 0]);
  resolve();
  await underWay[Symbol.asyncDispose]();
  begin("a");
  await underWay[Symbol.asyncDispose]();
  expect([began, seen.done]).toEqual([["a", "b", "a"], 3]);
});

test("a work that fails each second is logged when it begins to, when it fails otherwise, and when it is well", async () => {
  const { seen, underWay } = begun();
  const [down, late, well] = ["PEER_UNAVAILABLE", "TIMED_OUT", undefined] as const;
  for (const fails of [down, down, down, late, late, well, well, down]) {
    underWay.begin("a", signal, () => (fails ? Promise.reject(new Problem(fails)) : Promise.resolve()));
    await underWay[Symbol.asyncDispose]();
  }
  const failed = [50, "a", "a set is not up to date; it is tried again"];
  expect(seen.lines).toEqual([failed, failed, [30, "a", "a set is up to date again"], failed]);
  expect(seen.done).toBe(2);
});

test("what is cut off by the stop is no failure", async () => {
  const { seen, underWay } = begun();
  underWay.begin("a", AbortSignal.abort(), () => Promise.reject(new Error("aborted")));
  await underWay[Symbol.asyncDispose]();
  expect(seen).toEqual({ done: 0, lines: [] });
});

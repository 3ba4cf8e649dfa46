import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { catalogue, type Reason } from "./catalogue.ts";
import { Problem, shown } from "./problem.ts";

const reasons = Object.keys(catalogue) as Reason[];

test.each(reasons)("%s has a code, a handling and a sentence of its own", (reason) => {
  const problem = new Problem(reason);
  const { code, handling, sentence } = catalogue[reason];
  expect(problem).toMatchObject({
    name: "Problem",
    reason,
    code,
    handling,
    message: sentence,
    metadata: {},
    fields: [],
  });
  expect(sentence).toMatch(/^\S.*\S$/);
  expect(reasons.filter((other) => catalogue[other].sentence === sentence)).toEqual([reason]);
});

test("what may be repeated blindly is retried, and what can never succeed is not", () => {
  const unavailable = reasons.filter((reason) => catalogue[reason].code === "UNAVAILABLE");
  expect(unavailable.length).toBeGreaterThan(0);
  expect(unavailable.filter((reason) => catalogue[reason].handling !== "retry")).toEqual([]);
  expect(catalogue.FIELD_INVALID.handling).toBe("terminal");
  expect(catalogue.INTERNAL.handling).toBe("unknown");
});

test("several refused fields are one problem that names each", () => {
  const faults = [
    { field: "targets", description: "has 0 entries; send 1 to 100" },
    { field: "language", description: '"xx" is no language' },
  ];
  const problem = Problem.fields(...faults);
  expect(problem.message).toBe('targets: has 0 entries; send 1 to 100; language: "xx" is no language');
  expect(problem.fields).toEqual(faults);
});

test("from unknown: a problem stays itself, anything else is INTERNAL with its cause", () => {
  const problem = new Problem("NOT_FOUND");
  expect(Problem.from(problem)).toBe(problem);
  for (const cause of [new Error("secret"), "text", undefined, null]) {
    const made = Problem.from(cause);
    expect(made.reason).toBe("INTERNAL");
    expect(made.message).not.toContain("secret");
    if (cause !== undefined) expect(made.cause).toBe(cause);
  }
});

test("from an abort: the problem it was aborted with, a passed time limit, or a cancellation; all are tried again", async () => {
  const stop = new AbortController();
  const waiting = setTimeout(60_000, undefined, { signal: stop.signal }).catch((error: unknown) => Problem.from(error));
  const reason = new Problem("TIMED_OUT");
  stop.abort(reason);
  expect(await waiting).toBe(reason);
  const late = await setTimeout(60_000, undefined, { signal: AbortSignal.timeout(1) }).catch((error: unknown) =>
    Problem.from(error),
  );
  expect(late).toMatchObject({ reason: "TIMED_OUT", handling: "retry" });
  const timeout = new DOMException("late", "TimeoutError");
  expect(Problem.from(timeout)).toMatchObject({ reason: "TIMED_OUT", cause: timeout });
  const plain = await setTimeout(60_000, undefined, { signal: AbortSignal.abort() }).catch((error: unknown) =>
    Problem.from(error),
  );
  expect(plain).toMatchObject({ reason: "SHUTTING_DOWN", handling: "retry" });
});

test("a shown value is quoted and cut", () => {
  expect(shown("a\nb")).toBe('"a\\nb"');
  expect(shown("x".repeat(41))).toBe(`"${"x".repeat(37)}..."`);
  expect(shown(undefined)).toBe('"undefined"');
});

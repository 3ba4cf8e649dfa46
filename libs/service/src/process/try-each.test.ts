import { Problem } from "../problem/problem.ts";
import { expect, test } from "vitest";
import { tryEach } from "./try-each.ts";

async function* pages(...all: string[][]) {
  yield* all;
}

async function tried(failing: (one: string) => unknown, stop = new AbortController()) {
  const done: string[] = [];
  const end = tryEach(pages(["a", "b"], ["c"]), stop.signal, async (one) => {
    done.push(one);
    const error = failing(one);
    if (error !== undefined) throw error;
  });
  return {
    error: await end.then(
      () => undefined,
      (error: unknown) => error,
    ),
    done,
  };
}

test("all have their turn, and the first failure is thrown behind the last of them", async () => {
  const { error, done } = await tried((one) => (one === "c" ? undefined : `no ${one}`));
  expect([done, error]).toEqual([["a", "b", "c"], "no a"]);
});

test("nothing is thrown when all went well", async () => {
  expect(await tried(() => undefined)).toEqual({ error: undefined, done: ["a", "b", "c"] });
});

test("a store that is away or full is not asked for each of them", async () => {
  const { error, done } = await tried(() => new Problem("STORE_FULL"));
  expect([done, error]).toMatchObject([["a"], { reason: "STORE_FULL" }]);
});

test("none begins after the stop", async () => {
  const stop = new AbortController();
  expect((await tried(() => stop.abort(), stop)).done).toEqual(["a"]);
});

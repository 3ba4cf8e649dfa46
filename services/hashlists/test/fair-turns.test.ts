import { expect, test } from "vitest";
import { FairTurns } from "../src/impact/fair-turns.ts";

const limits = { lanes: 2, firstPauseMs: 1000, mostPauseMs: 8000 };

/** Turns of things that end when they are told to; what was begun, in its order. */
function turns() {
  const all = new FairTurns(limits);
  const begun: string[] = [];
  const ends = new Map<string, (isDone: boolean | Error) => void>();
  let freed = 0;
  const waiting = (key: string) => ({
    key,
    work: () => {
      begun.push(key);
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      ends.set(key, (end) => (typeof end === "boolean" ? resolve(end) : reject(end)));
      return promise;
    },
  });
  return {
    all,
    begun,
    begin: (keys: string, nowMs: number) => all.begin(keys.split("").map(waiting), nowMs, () => void freed++),
    /** Ends those that are under way, and waits for that. */
    end: async (keys: string, isDone: boolean | Error) => {
      const before = freed;
      for (const key of keys) ends.get(key)?.(isDone);
      while (freed < before + keys.length) await Promise.resolve();
    },
  };
}

test("one that takes long holds a lane and nobody else: the others have their turns beside it", async () => {
  const { begin, begun, end } = turns();
  begin("abcd", 0);
  expect(begun.join("")).toBe("ab");
  await end("b", true);
  begin("acd", 1);
  await end("c", true);
  begin("ad", 2);
  expect(begun.join("")).toBe("abcd");
});

test("what comes to nothing is tried again later and later, behind all that was not tried since", async () => {
  const { begin, begun, end } = turns();
  begin("abcd", 0);
  await end("ab", false);
  begin("abcd", 0);
  await end("cd", false);
  begin("abcd", 999);
  expect(begun.join("")).toBe("abcd");
  begin("dcba", 1000);
  expect(begun.slice(4).toSorted()).toEqual(["c", "d"]);
  await end("cd", false);
  begin("abcd", 1001);
  expect(begun.slice(6).toSorted()).toEqual(["a", "b"]);
  await end("ab", false);
  // The second pause is twice as long, and none is longer than the longest.
  begin("abcd", 2999);
  expect(begun).toHaveLength(8);
  let now = 3000;
  for (let times = 0; times < 6; times++) {
    begin("c", (now += 8000));
    await end("c", false);
  }
  begin("c", now + 7999);
  expect(begun).toHaveLength(14);
  begin("c", now + 8000);
  expect(begun).toHaveLength(15);
});

test("what was answered once begins anew, and of what waits no more nothing is remembered", async () => {
  const { begin, begun, end } = turns();
  begin("a", 0);
  await end("a", false);
  begin("", 1);
  begin("a", 2);
  expect(begun.join("")).toBe("aa");
});

test("a failure is told once, and holds nobody up", async () => {
  const { all, begin, begun, end } = turns();
  begin("ab", 0);
  await end("a", new Error("broken"));
  expect(() => begin("abc", 1)).toThrow("broken");
  expect(begun.join("")).toBe("abc");
  begin("abc", 2);
  let isIdle = false;
  const idle = all.idle().then(() => (isIdle = true));
  await end("b", true);
  expect(isIdle).toBe(false);
  await end("c", true);
  await idle;
});

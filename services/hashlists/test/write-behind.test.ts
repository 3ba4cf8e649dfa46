import { expect, test } from "vitest";
import { WriteBehind } from "../src/entries/write-behind.ts";

/** Writes that end when they are told to. */
function held() {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const write = (name: string) => () => {
    begun.push(name);
    const end = Promise.withResolvers<void>();
    ends.set(name, end);
    return end.promise;
  };
  return {
    begun,
    write,
    done: (name: string) => ends.get(name)?.resolve(),
    fail: (name: string) => ends.get(name)?.reject(new Error(name)),
  };
}

test("who begins a write does not wait for it, and the next one begins when it is done", async () => {
  const behind = new WriteBehind();
  const { begun, write, done } = held();
  await behind.begin(write("a"));
  const second = behind.begin(write("b"));
  await Promise.resolve();
  expect(begun).toEqual(["a"]);
  done("a");
  await second;
  expect(begun).toEqual(["a", "b"]);
  done("b");
  await behind.end();
});

test("what a write failed with is told to who begins the next one, which is not begun", async () => {
  const behind = new WriteBehind();
  const { begun, write, fail } = held();
  await behind.begin(write("a"));
  fail("a");
  await expect(behind.begin(write("b"))).rejects.toThrow("a");
  expect(begun).toEqual(["a"]);
});

test("or to who ends; who only waits until nothing is on its way hears of nothing", async () => {
  const behind = new WriteBehind();
  const { write, fail } = held();
  await behind.begin(write("a"));
  const [settled, ended] = [behind.settle(), behind.end()];
  fail("a");
  await expect(ended).rejects.toThrow("a");
  await settled;
});

test("nothing is on its way for who waits until then, nor what waited for its turn", async () => {
  const behind = new WriteBehind();
  const { begun, write, done } = held();
  await behind.begin(write("a"));
  const second = behind.begin(write("b"));
  let isSettled = false;
  const settled = behind.settle().then(() => (isSettled = true));
  done("a");
  await second;
  await new Promise(setImmediate);
  expect([begun, isSettled]).toEqual([["a", "b"], false]);
  done("b");
  await settled;
});

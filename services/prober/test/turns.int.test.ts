import { expect, test } from "vitest";
import { Turns } from "../src/look/turns.ts";

const never = new AbortController().signal;

/** Jobs that end when they are told to, and the order in which they began. */
function jobs(turns: Turns) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const take = (lane: string, signal = never) =>
    turns.take(lane, signal, () => {
      begun.push(lane);
      return new Promise<void>((resolve) => void ends.push(resolve));
    });
  return { begun, take, end: () => ends.shift()?.() };
}
const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));

test("so many run beside each other, the next is of the lane that has the fewest running", async () => {
  const { begun, take, end } = jobs(new Turns(2));
  const all = ["a", "a", "a", "a", "b"].map((lane) => take(lane));
  await settled();
  expect(begun).toEqual(["a", "a"]);
  end();
  await settled();
  expect(begun).toEqual(["a", "a", "b"]);
  for (let i = 0; i < 4; i++) {
    end();
    await settled();
  }
  await Promise.all(all);
  expect(begun).toEqual(["a", "a", "b", "a", "a"]);
});

test("who gives up waiting makes room, and nobody else loses the turn", async () => {
  const { begun, take, end } = jobs(new Turns(1));
  const impatient = new AbortController();
  const first = take("a");
  const second = take("b", impatient.signal);
  const third = take("c");
  await settled();
  impatient.abort(new Error("late"));
  await expect(second).rejects.toThrow("late");
  end();
  await settled();
  end();
  await Promise.all([first, third]);
  expect(begun).toEqual(["a", "c"]);
});

test("who has given up before takes no turn, also where one is free", async () => {
  const { begun, take } = jobs(new Turns(1));
  await expect(take("a", AbortSignal.abort(new Error("late")))).rejects.toThrow("late");
  expect(begun).toEqual([]);
});

test("a job that fails hands its turn on", async () => {
  const turns = new Turns(1);
  await expect(turns.take("a", never, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await turns.take("a", never, async () => "done")).toBe("done");
});

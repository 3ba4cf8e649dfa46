import { expect, test } from "vitest";
import { interruptible } from "./interruptible.ts";

async function* numbers(count: number, closed: () => void): AsyncGenerator<number, string, undefined> {
  try {
    for (let i = 0; i < count; i++) yield i;
    return "the end";
  } finally {
    closed();
  }
}

test("passes on what the source yields and returns", async () => {
  const passed = interruptible(
    numbers(2, () => undefined),
    new AbortController().signal,
  );
  expect([await passed.next(), await passed.next(), await passed.next()]).toEqual([
    { done: false, value: 0 },
    { done: false, value: 1 },
    { done: true, value: "the end" },
  ]);
});

test("throws the reason at once while the source waits for ever, and does not wait for it", async () => {
  const stop = new AbortController();
  const silent: AsyncIterator<number, void, undefined> = {
    next: () => new Promise(() => undefined),
    return: () => new Promise(() => undefined),
  };
  const next = interruptible(silent, stop.signal).next();
  stop.abort(new Error("stopping"));
  await expect(next).rejects.toThrow("stopping");
});

test("throws before it asks the source again once the signal has aborted", async () => {
  let closed = false;
  const stop = new AbortController();
  const passed = interruptible(
    numbers(9, () => (closed = true)),
    stop.signal,
  );
  await passed.next();
  stop.abort(new Error("stopping"));
  await expect(passed.next()).rejects.toThrow("stopping");
  expect(closed).toBe(true);
});

test("closes the source and waits for it when the reader stops", async () => {
  let closed = false;
  const passed = interruptible(
    numbers(9, () => (closed = true)),
    new AbortController().signal,
  );
  await passed.next();
  await passed.return("enough");
  expect(closed).toBe(true);
});

test("leaves no listener behind, however long the stream", async () => {
  const { signal } = new AbortController();
  let listening = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => (listening++, add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (listening--, remove(...args));
  let most = 0;
  for await (const _ of interruptible(
    numbers(1000, () => undefined),
    signal,
  ))
    most = Math.max(most, listening);
  expect(most).toBeLessThanOrEqual(1);
});

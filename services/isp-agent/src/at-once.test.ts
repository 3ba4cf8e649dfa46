import { expect, test } from "vitest";
import { AtOnce } from "./at-once.ts";

test("no more run side by side than there are places, and each end makes room", async () => {
  const places = new AtOnce(2);
  const ends: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => void ends.push(resolve));
  places.begin(work);
  places.begin(work);
  expect(places.free).toBe(0);
  let isRoom = false;
  const room = places.room().then(() => (isRoom = true));
  await Promise.resolve();
  expect(isRoom).toBe(false);
  ends[0]?.();
  await room;
  expect(places.free).toBe(1);
});

test("disposing tells what is in hand to stop, waits for it, and has no place any more", async () => {
  const places = new AtOnce(2);
  let ended = false;
  places.begin(async () => {
    await new Promise<void>((resolve) => places.signal.addEventListener("abort", () => resolve(), { once: true }));
    ended = true;
  });
  await places[Symbol.asyncDispose]();
  expect([ended, places.free]).toEqual([true, 0]);
});

test("without places nothing may begin", () => {
  expect(new AtOnce(0).free).toBe(0);
});

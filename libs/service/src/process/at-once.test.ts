import { expect, test } from "vitest";
import { atOnce } from "./at-once.ts";

test("each has its turn, so many at a time", async () => {
  const done: number[] = [];
  let [inHand, most] = [0, 0];
  await atOnce([1, 2, 3, 4, 5], 2, async (one) => {
    most = Math.max(most, ++inHand);
    await Promise.resolve();
    inHand--;
    done.push(one);
  });
  expect([new Set(done), most]).toEqual([new Set([1, 2, 3, 4, 5]), 2]);
});

test("a failure is thrown once what is in hand has ended, and nothing begins behind it", async () => {
  const begun: number[] = [];
  let inHand = 0;
  const slow = Promise.withResolvers<void>();
  const ended = atOnce([1, 2, 3, 4], 2, async (one) => {
    begun.push(one);
    if (one === 1) {
      setImmediate(slow.resolve);
      throw new Error("first");
    }
    inHand++;
    await slow.promise;
    inHand--;
    throw new Error("second");
  });
  await expect(ended).rejects.toThrow("first");
  expect([begun, inHand]).toEqual([[1, 2], 0]);
});

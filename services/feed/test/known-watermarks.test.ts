import { expect, test } from "vitest";
import { knownWatermarks } from "../src/known-watermarks.ts";
import { watermark } from "../src/watermark.ts";

const key = new Uint8Array(32).fill(7);
const copy = { setId: "known", recipient: "partner/nl" };

test("watermarks of a copy are made once, however many pages are read, and anew for another key or copy", async () => {
  let made = 0;
  const marksOf = knownWatermarks((...of) => (made++, watermark(...of)));
  const first = await marksOf(key, copy, 2);
  expect(first).toEqual([watermark(key, copy, 0), watermark(key, copy, 1)]);
  expect([await marksOf(key, copy, 2), await marksOf(key, copy, 1), made]).toEqual([first, first.slice(0, 1), 2]);
  await Promise.all([marksOf(key, copy, 3), marksOf(key, copy, 3)]);
  expect(made).toBeLessThanOrEqual(4);
  made = 0;
  expect(await marksOf(key, { ...copy, recipient: "partner/uk" }, 1)).not.toEqual(first.slice(0, 1));
  expect(await marksOf(new Uint8Array(32), copy, 1)).not.toEqual(first.slice(0, 1));
  expect(made).toBe(2);
});

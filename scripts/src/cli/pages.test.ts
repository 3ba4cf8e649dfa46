import { assert, asyncProperty, integer } from "fast-check";
import { expect, test } from "vitest";
import { collect } from "./pages.ts";

// A list of `length` numbers that gives no more than `most` a page.
function list(length: number, most: number, asked: number[] = []) {
  return async ({ pageSize, pageToken }: { pageSize: number; pageToken: string }) => {
    asked.push(pageSize);
    const start = Number(pageToken);
    const end = Math.min(length, start + Math.min(pageSize, most));
    const items = Array.from({ length: end - start }, (_, i) => start + i);
    return { items, nextPageToken: end < length ? String(end) : "" };
  };
}

test("pages are put together in order until the limit, and what is left is said", async () => {
  const [length, limit, most] = [
    integer({ min: 0, max: 50 }),
    integer({ min: 1, max: 60 }),
    integer({ min: 1, max: 9 }),
  ];
  await assert(
    asyncProperty(length, limit, most, async (n, atMost, perPage) => {
      const { items, more } = await collect(atMost, list(n, perPage));
      expect(items).toEqual(Array.from({ length: Math.min(n, atMost) }, (_, i) => i));
      expect(more).toBe(n > atMost);
    }),
  );
});

// A page of the register of requests is a time, not a number.
test("of pages that hold more than they were asked for no more is shown, and that there is more is said", async () => {
  const page = async () => ({ items: [1, 2, 3, 4, 5], nextPageToken: "" });
  expect(await collect(3, page)).toEqual({ items: [1, 2, 3], more: true });
  expect(await collect(5, page)).toEqual({ items: [1, 2, 3, 4, 5], more: false });
});

test("no page asks for more than is wanted, or than a service gives", async () => {
  const asked: number[] = [];
  await collect(250, list(1000, 200, asked));
  expect(asked).toEqual([200, 50]);
});

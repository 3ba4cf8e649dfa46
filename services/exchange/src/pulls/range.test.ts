import { describe, expect, test } from "vitest";
import {
  anew,
  hasDeadLinks,
  isEndless,
  isTooLarge,
  leadsBack,
  newRange,
  pagesOf,
  renamed,
  startsOverTooOften,
  shrunk,
  withPage,
  type ReadPage,
} from "./range.ts";

const at = (text: string) => new Date(`2026-01-${text}Z`);
const NOW = at("10T00:00:05.700");
const range = newRange(at("02T00:00:00"), NOW, { isAll: true, mostBytes: 2 ** 30 }) ?? expect.fail();
const page = (more: Partial<ReadPage> = {}): ReadPage => ({
  bytes: 10,
  entries: 3,
  readable: 2,
  tombstones: 1,
  digest: "d",
  ...more,
});

test("a range ends five seconds ago, in whole seconds; there is none before that", () => {
  expect(range).toMatchObject({ to: at("10T00:00:00"), partTo: at("10T00:00:00"), isRead: false });
  expect(newRange(at("10T00:00:00"), NOW, { isAll: true, mostBytes: 1 })).toBeUndefined();
});

test("pages are read behind each other; the range is read with the last one", () => {
  const first = withPage(range, page({ next: "/2", expected: 6 }), NOW);
  expect(first).toMatchObject({ next: "/2", expected: 6, partBegun: NOW, lastDigest: "d", isRead: false });
  const second = withPage(first, page(), at("10T01:00:00"));
  const whole = { pages: 2, bytes: 20, entries: 6, readable: 4, tombstones: 2 };
  expect(second).toMatchObject({ reached: range.to, whole, isRead: true });
  expect([second.next, second.partBegun, pagesOf(second)]).toEqual([undefined, undefined, 2]);
});

test("a range ends no later than what is settled by the partner's clock; what is before it is asked for as it was", () => {
  const behind = withPage(range, page({ next: "/2", asOf: at("09T12:00:05.900") }), NOW);
  expect(behind).toMatchObject({ to: at("09T12:00:00"), partTo: at("09T12:00:00"), isRead: false });
  expect(withPage(behind, page(), NOW)).toMatchObject({ reached: at("09T12:00:00"), isRead: true });
  expect(withPage(range, page({ asOf: at("20T00:00:00") }), NOW)).toMatchObject({ reached: range.to, isRead: true });
});

test("where the partner starts over the range has all there is, and its end is where the next one begins", () => {
  const part = newRange(at("02T00:00:00"), NOW, { isAll: false, mostBytes: 1 }) ?? expect.fail();
  const first = withPage(part, page({ next: "b", startsOver: true, isLasting: true }), NOW);
  expect(hasDeadLinks(first, at("20T00:00:00"))).toBe(false);
  expect(first).toMatchObject({ startsOver: true, isAll: true });
  expect(withPage(first, page({ end: "c" }), NOW)).toMatchObject({ startsOver: true, end: "c", isRead: true });
});

test("pages behind which there always are others have no end, by their bytes or by how many they are", () => {
  const paging = withPage(range, page({ next: "/2" }), NOW);
  expect(isEndless(paging)).toBe(false);
  expect(isEndless(withPage(paging, page({ next: "/3", bytes: 4 * 2 ** 30 }), NOW))).toBe(true);
  expect(isEndless({ ...paging, part: { ...paging.part, pages: 250_000 } })).toBe(true);
  expect(isEndless({ ...paging, part: { ...paging.part, pages: 249_999 } })).toBe(false);
});

test("links that lead back among the pages of a part are seen, however long the way around is", () => {
  for (const [before, around] of [
    [0, 1],
    [0, 2],
    [3, 5],
    [40, 9],
  ] as const) {
    let [reading, pages, at] = [range, 0, 0];
    while (!leadsBack(reading, `/${at}`)) {
      reading = withPage(reading, page({ next: `/${at}` }), NOW);
      at = at + 1 < before + around ? at + 1 : before;
      pages++;
    }
    expect([before, around, pages <= 4 * (before + around)]).toEqual([before, around, true]);
    const other = withPage(reading, page(), NOW);
    expect(leadsBack(other, "/0")).toBe(false);
  }
});

test("a partner who starts over again and again is not followed: each time the range has a longer name", () => {
  const twenty = Array.from({ length: 20 }).reduce<typeof range>((before) => renamed(before), range);
  expect([range, renamed(range), twenty].map(startsOverTooOften)).toEqual([false, false, true]);
});

describe("a range that is too large", () => {
  const large = page({ next: "/2", expected: 5_000_000 });
  const part = shrunk(range);

  test("is read in parts, each a quarter", () => {
    expect(isTooLarge(range, large)).toBe(true);
    expect(part).toMatchObject({ reached: range.from, partTo: at("04T00:00:00"), to: range.to });
  });

  test("the next part is as long, or four times so where this one was small", () => {
    expect(withPage(part, page({ entries: 60_000 }), NOW)).toMatchObject({
      reached: at("04T00:00:00"),
      partTo: at("06T00:00:00"),
      isRead: false,
    });
    expect(withPage(part, page(), NOW)).toMatchObject({ partTo: range.to, isRead: false });
  });

  test("shrinks down to a second, and is read then, whatever it is", () => {
    let small = range;
    while (isTooLarge(small, large)) small = shrunk(small);
    expect(small.partTo.getTime() - small.reached.getTime()).toBe(1000);
  });

  test("of a later page nothing is too large any more", () => {
    expect(isTooLarge(withPage(range, page({ next: "/2" }), NOW), large)).toBe(false);
  });

  test("what is large by its bytes ends where it has come to", () => {
    const full = withPage(part, page({ bytes: 2 ** 30 }), NOW);
    expect(full).toMatchObject({ to: part.partTo, reached: part.partTo, isRead: true });
  });
});

test("links die after eleven hours; the part begins anew then, and what was whole before it stays", () => {
  const one = withPage(shrunk(range), page({ entries: 60_000 }), NOW);
  const begun = withPage(one, page({ next: "/2" }), NOW);
  expect(hasDeadLinks(begun, at("10T10:59:00"))).toBe(false);
  expect(hasDeadLinks(begun, at("10T11:01:00"))).toBe(true);
  const again = shrunk(begun);
  expect([again.next, again.partBegun, again.part.pages, again.whole.pages]).toEqual([undefined, undefined, 0, 1]);
  expect(anew(begun, 2)).toMatchObject({ reached: range.from, partTo: range.to, whole: { pages: 0 } });
  // What was told before is void where all is told, and still to be brought where it is not.
  expect([anew(anew(begun, 2), 3).name, anew({ ...begun, isAll: false }, 2).name]).toEqual([
    `${begun.name} again-3`,
    begun.name,
  ]);
});

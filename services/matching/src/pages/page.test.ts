import type { Hit } from "@ntd/proto/matching/v1/match";
import type { Page, PageItem } from "@ntd/proto/prober/v1/page";
import { describe, expect, test } from "vitest";
import { exampleHit } from "../../test/examples.ts";
import { matchIdOf } from "../ids.ts";
import { takeSearch, type Row } from "../rows/row.ts";
import { foundOn, itemKeyOf, itemRowIdOf, rowIdsOf, takePart, withFound, type FoundOnPage } from "./page.ts";
import { left, MAX_PAGES, shown, told } from "./shown-on.ts";

const now = new Date("2030-01-01T00:00:00Z");

function item(name: string, byte?: number): PageItem {
  const value = byte === undefined ? undefined : new Uint8Array(32).fill(byte);
  const fingerprints = value === undefined ? [] : [{ algorithm: "ALGORITHM_SHA256" as const, value, quality: 0 }];
  const rest = { pdqForms: [], renditions: [], degraded: false, tooLittleDetail: false, format: "png", revision: 1 };
  const content = value && { recipe: "exact-1", fingerprints, ...rest };
  return { targetId: name, address: undefined, element: "img", content, reason: "PROBE_REASON_UNSPECIFIED", eyes: [] };
}

function page(items: PageItem[], changes: Partial<Page> = {}): Page {
  const counts = { found: items.length, judged: items.length, tooSmall: 0, neverFollowed: 0, truncated: false };
  const base = { targetId: "page", episode: 1, revision: 1, part: 0, parts: 1, closed: false, lookedTime: now };
  return { ...base, items, counts, ...changes };
}

const rowId = (byte: number) => itemRowIdOf(itemKeyOf(item("any", byte)) ?? "");

describe("a part of a page", () => {
  test("is taken over once, and an older one never", () => {
    const row = takePart(undefined, page([item("a", 1), item("b")]), 2);
    expect(row?.page?.parts).toEqual([
      { part: 0, version: 2, left: [], items: [{ targetId: "a", rowId: rowId(1) }, { targetId: "b" }] },
    ]);
    expect(takePart(row, page([]), 2)).toBeUndefined();
    expect(takePart(row, page([]), 1)).toBeUndefined();
  });

  test("names what it shows no more, unless another part does, until a newer one was taken over", () => {
    const first = takePart(undefined, page([item("a", 1), item("b", 2)]), 1);
    const second = takePart(first, page([item("c", 2)], { part: 1 }), 1);
    const third = takePart(second, page([item("d", 3)]), 2);
    expect(third?.page?.parts[0]?.left).toEqual([rowId(1)]);
    expect(takePart(third, page([item("d", 3), item("a", 1)]), 3)?.page?.parts[0]?.left).toEqual([]);
    expect(takePart(third, page([], { closed: true }), 3)?.page?.parts[0]).toEqual({
      part: 0,
      version: 3,
      items: [],
      left: [rowId(1), rowId(3)],
    });
    expect(rowIdsOf(third?.page ?? { parts: [] })).toEqual([rowId(3), rowId(2)]);
  });

  test("that comes before its target is told with the target's first look-up, and not before", () => {
    const row = takePart(undefined, page([item("a", 1)]), 1);
    expect(row).toMatchObject({ targetId: "page", episode: 1, pending: false, content: { revision: 0 } });
    const found = foundWith(row, exampleHit({ algorithm: "ALGORITHM_SHA256" }));
    const noted = row && withFound(row, found, now);
    expect(noted?.told).toBeUndefined();
    expect(noted && takeSearch(noted, [], now).told?.found).toEqual(found);
  });
});

function foundWith(row: Row | undefined, ...hits: Hit[]): FoundOnPage {
  const found = row?.page && foundOn(row.page, () => hits);
  if (found === undefined) throw new Error("nothing");
  return found;
}

describe("what was found on a page", () => {
  const row = takePart(undefined, page([item("a", 1), item("b", 2), item("c", 3), item("d")]), 1);
  const { page: shows } = row ?? {};
  if (row === undefined || shows === undefined) throw new Error("no page");

  test("is told when every content was looked up, and not before", () => {
    const hitsOf = (id: string) => (id === rowId(2) ? undefined : []);
    expect(foundOn(shows, hitsOf)).toBeUndefined();
  });

  test("counts what is known, near, unknown and not judged; what hits is named, the surest first", () => {
    const near = exampleHit({ algorithm: "ALGORITHM_BLOCKHASH256" });
    const hits = new Map([
      [rowId(2), [exampleHit()]],
      [rowId(1), [near]],
    ]);
    expect(foundOn(shows, (id) => hits.get(id) ?? [])).toEqual({
      counts: { known: 1, near: 1, unknown: 1, notJudged: 1 },
      items: [
        { itemTargetId: "b", hits: [exampleHit()] },
        { itemTargetId: "a", hits: [near] },
      ],
    });
  });

  test.each([
    ["what only nominates", exampleHit({ nominatesOnly: true }), { known: 0, near: 3 }],
    ["what is disputed", exampleHit({ disputed: true }), { known: 0, near: 3 }],
    ["what a negative set speaks against", exampleHit({ vetoedBySet: "innocent" }), { known: 0, near: 3 }],
    ["what a negative set alone lists", exampleHit({ setRole: "SET_ROLE_NEGATIVE" }), { near: 0, unknown: 3 }],
  ])("%s is not known", (_, hit, counts) => {
    expect(foundOn(shows, () => [hit])?.counts).toMatchObject(counts);
  });

  test("of what was derived of an item itself nothing is told: it is that item", () => {
    const derived = exampleHit({ setRole: "SET_ROLE_DERIVED", nominatesOnly: true });
    const first = shows.parts[0]?.items[0]?.targetId ?? "";
    const found = foundOn(shows, () => [{ ...derived, entryId: first }]);
    expect(found?.items.map(({ itemTargetId }) => itemTargetId)).not.toContain(first);
    expect(foundOn(shows, () => [derived])?.items.map(({ itemTargetId }) => itemTargetId)).toContain(first);
  });

  test("is told again only when it is something else: a newer release is no news", () => {
    const looked = takeSearch(row, [], now);
    const some = withFound(looked, foundWith(row, exampleHit()), now);
    expect(some?.told?.found?.counts.known).toBe(3);
    expect(some && withFound(some, foundWith(row, exampleHit({ releaseId: "next" })), now)).toBeUndefined();
    expect(some && withFound(some, foundWith(row), now)?.told?.found?.items).toEqual([]);
  });

  test("holds in one event, however much is listed", () => {
    const many = takePart(undefined, page(Array.from({ length: 250 }, (_, n) => item(`t${n}`, n % 200))), 1);
    const found = foundWith(many, ...Array.from({ length: 9 }, (_, n) => exampleHit({ entryId: `e${n}` })));
    expect(found.counts.known).toBe(250);
    expect(found.items).toHaveLength(100);
    expect(found.items[0]?.hits).toHaveLength(3);
  });
});

describe("a content that pages show", () => {
  const content = item("a", 1).content;
  if (content === undefined) throw new Error("no content");
  const key = "item:01";
  const on = (row: Row | undefined, pageId: string, recipe = "exact-1") =>
    shown(row, { itemKey: key, content: { ...content, recipe }, pageId, now, trace: {} });

  test("is one row, whatever shows it: the newest pages, and how many there are", () => {
    let row = on(undefined, "p0");
    expect(row).toMatchObject({ targetId: key, episode: 0, pending: true, shownOn: { pages: ["p0"], count: 1 } });
    expect(on(row, "p0")).toBeUndefined();
    for (let n = 1; n < 1000; n++) row = on(row, `p${n}`);
    expect(row?.shownOn?.count).toBe(1000);
    expect(row?.shownOn?.pages).toHaveLength(MAX_PAGES);
    expect(row?.shownOn?.pages[0]).toBe("p999");
  });

  test("is looked up anew when it was hashed by another recipe", () => {
    const row = on(undefined, "p0");
    const looked = row && takeSearch(row, [], now);
    expect(looked).toMatchObject({ pending: false, shownOn: { untold: true } });
    expect(on(looked, "p0", "exact-2")).toMatchObject({ pending: true, content: { revision: 2, recipe: "exact-2" } });
  });

  test("has its pages told each time it was looked up anew, or hits something else, and not otherwise", () => {
    const row = on(undefined, "p0");
    const looked = row && told(takeSearch(row, [], now));
    expect(looked?.shownOn?.untold).toBeUndefined();
    const [one, other] = [
      { setId: "s", counter: 1, hits: [] },
      { setId: "s", counter: 2, hits: [exampleHit()] },
    ];
    expect(looked && takeSearch(looked, [one], now).shownOn?.untold).toBeUndefined();
    expect(looked && takeSearch(looked, [other], now).shownOn?.untold).toBe(true);
    expect(looked && takeSearch({ ...looked, pending: true }, [one], now).shownOn?.untold).toBe(true);
  });

  test("knows since when no page shows it", () => {
    const row = on(on(undefined, "p0"), "p1");
    const one = row && left(row, "p0", now);
    expect(one?.shownOn).toEqual({ pages: ["p1"], count: 1 });
    const none = one && left(one, "p1", now);
    expect(none?.shownOn).toEqual({ pages: [], count: 0, emptySince: now });
    expect(none && left(none, "p1", now)).toBeUndefined();
    expect(none && on(none, "p2")?.shownOn).toEqual({ pages: ["p2"], count: 1 });
  });

  test("is no target's row", () => {
    expect(itemRowIdOf(key)).toBe(matchIdOf(key, 0));
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { at, contentOf } from "../../test/examples.ts";
import { mediaFacts, merged, type EyeSight } from "./merge.ts";
import type { PageRecord } from "./page-state.ts";

const address = (n = 0) => ({ keyId: "2026-01", nonce: new Uint8Array([n]), ciphertext: new Uint8Array([n]) });
const sight = (eye: string, names: readonly string[], given: Partial<EyeSight> = {}): EyeSight => ({
  eye,
  items: names.map((targetId) => ({ targetId, address: address(1), element: "img", content: contentOf(7) })),
  small: [],
  address: { keyId: "2026-01", nonce: new Uint8Array(12), ciphertext: new Uint8Array(80) },
  counts: { found: names.length, tooSmall: 0, neverFollowed: 0, truncated: false },
  isAnew: false,
  ...given,
});
const after = (known: PageRecord | undefined, ...sights: EyeSight[]) => merged(known, sights, at(1), 5);
const ids = (items: PageRecord["items"]) => items.map(({ targetId, eyes }) => `${targetId}:${eyes.join("+")}`);

test("what two eyes find is one list, in the order of the first", () => {
  const page = after(undefined, sight("a", ["x", "y"]), sight("b", ["z", "x"]));
  expect(ids(page.items)).toEqual(["x:a+b", "y:a", "z:b"]);
  expect(page.counts).toMatchObject({ found: 2, judged: 3 });
});

test("an eye that did not look takes nothing back; what the last one is shown no more is kept aside", () => {
  const both = after(undefined, sight("a", ["x", "y"]), sight("b", ["x", "y"]));
  const byA = after(both, sight("a", ["x"]));
  expect(ids(byA.items)).toEqual(["x:b+a", "y:b"]);
  const byB = after(byA, sight("b", ["x"]));
  expect(ids(byB.items)).toEqual(["x:a+b"]);
  expect(ids(byB.former)).toEqual(["y:b"]);
  // It comes back.
  expect(after(byB, sight("a", ["x", "y"])).former).toEqual([]);
});

test("an eye that had no browser takes nothing back that only a browser finds", () => {
  const scripted = sight("a", ["x", "y"]);
  for (const item of scripted.items.slice(1)) item.byScript = true;
  const known = after(undefined, scripted);
  expect(ids(after(known, sight("a", ["z"], { isPartial: true })).items)).toEqual(["z:a", "y:a"]);
  expect(ids(after(known, sight("a", ["z"])).items)).toEqual(["z:a"]);
});

test("what was found stays found, and the address and content that were kept first stay", () => {
  const first = after(undefined, sight("a", ["x"]));
  const [item] = first.items;
  const known = { ...first, items: item ? [{ ...item, isFound: true as const }] : [] };
  const again = {
    ...sight("a", []),
    items: [{ targetId: "x", address: address(9), element: "a", content: contentOf(7) }],
  };
  const next = after(known, again).items[0];
  expect(next).toMatchObject({ isFound: true, address: address(1), element: "a" });
  expect(next?.content).toBe(item?.content);
});

test("a film of which frames are looked at only now is told by them", () => {
  const frames = [
    { time: undefined, pdq: new Uint8Array(32), quality: 9, isSceneChange: false, tooLittleDetail: true },
  ];
  const seen = { ...contentOf(7), film: { frames, duration: undefined, isCut: false } };
  const film = (content: typeof seen | ReturnType<typeof contentOf>) => ({
    ...sight("a", []),
    items: [{ targetId: "x", address: address(), element: "video", content }],
  });
  const before = after(undefined, film(contentOf(7)));
  const now = after(before, film(seen));
  expect(now.items[0]?.content?.film?.frames).toHaveLength(1);
  expect(mediaFacts(now)).not.toBe(mediaFacts(before));
  expect(mediaFacts(after(now, film(seen)))).toBe(mediaFacts(now));
});

test("more than a page may list is left out and said", () => {
  const page = after(undefined, sight("a", ["1", "2", "3", "4"]), sight("b", ["5", "6"]));
  expect(page.items).toHaveLength(5);
  expect(page.counts.truncated).toBe(true);
});

test("when all was fetched is noted by who fetched all", () => {
  const first = after(undefined, sight("a", ["x"]));
  expect(merged(first, [sight("a", ["x"])], at(9), 5).fetchedTime).toEqual(at(1));
  expect(merged(first, [sight("a", ["x"], { isAnew: true })], at(9), 5).fetchedTime).toEqual(at(9));
});

test("looking again at the same changes nothing that others are told, and nothing is ever in both lists", () => {
  const eyes = fc.constantFrom("a", "b", "c");
  const names = fc.uniqueArray(fc.constantFrom("1", "2", "3", "4", "5"));
  const slots = fc.array(fc.uniqueArray(fc.tuple(eyes, names), { selector: ([eye]) => eye, minLength: 1 }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(slots, (all) => {
      let page: PageRecord | undefined;
      for (const slot of all) {
        const sights = slot.map(([eye, found]) => sight(eye, found));
        page = after(page, ...sights);
        const { items, former } = page;
        expect(mediaFacts(after(page, ...sights))).toBe(mediaFacts(page));
        expect(former.filter(({ targetId }) => items.some((item) => item.targetId === targetId))).toEqual([]);
        for (const item of items) expect(item.eyes.length).toBeGreaterThan(0);
      }
    }),
  );
});

import { differingBits } from "@ntd/imagehash/compare";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Likeness } from "../src/resemblance/likeness-column.ts";
import { PictureIndex } from "../src/resemblance/picture-index.ts";

/** A hash with so many bits from the front set. */
const hash = (bits: number) =>
  Uint8Array.from({ length: 32 }, (_, i) => 255 >> Math.max(0, 8 - Math.max(0, bits - i * 8)));
const likeness = (targetId: string, bits: number, of: Partial<Likeness> = {}): Likeness => ({
  targetId,
  episode: 1,
  revision: 1,
  recipe: "exact-1",
  pictures: [{ hash: hash(bits), quality: 80 }],
  ...of,
});
const wanted = { targetId: "me", forms: [hash(0)], recipe: "exact-1", maxDistance: 31, minQuality: 50, maxCount: 10 };

async function found(all: Likeness[], of: Partial<typeof wanted> = {}) {
  await using index = new PictureIndex();
  const half = Math.floor(all.length / 2);
  for (const one of all.slice(0, half)) index.take(one);
  await index.build();
  for (const one of all.slice(half)) index.take(one);
  const { similar, isCut } = await index.find({ ...wanted, ...of });
  return { similar: similar.map(({ targetId, distance }) => [targetId, distance]), isCut };
}

test("the nearest come first, beyond the distance nothing, and never itself", async () => {
  const all = [likeness("far", 32), likeness("b", 31), likeness("a", 2), likeness("me", 0)];
  expect(await found(all)).toEqual({
    similar: [
      ["a", 2],
      ["b", 31],
    ],
    isCut: false,
  });
});

test("the nearest of all forms counts, once", async () => {
  const all = [likeness("a", 10), likeness("me", 0)];
  expect(await found(all, { forms: [hash(0), hash(8), hash(30)] })).toEqual({ similar: [["a", 2]], isCut: false });
});

test("any picture that a target shows counts, by its own quality, the target once, and no more once it shows others", async () => {
  const shows = (revision: number, ...pictures: [bits: number, quality: number][]): Likeness => ({
    ...likeness("a", 0, { revision }),
    pictures: pictures.map(([bits, quality]) => ({ hash: hash(bits), quality })),
  });
  const first = shows(1, [90, 80], [5, 55], [9, 80]);
  for (const before of [[], [shows(0, [3, 80], [2, 80], [1, 80], [0, 80])]]) {
    expect((await found([...before, first])).similar).toEqual([["a", 5]]);
    expect((await found([...before, first], { minQuality: 60 })).similar).toEqual([["a", 9]]);
    const others = [likeness("b", 7), likeness("c", 8)];
    const last = await found([...before, first, ...others, shows(2, [90, 80], [91, 80], [20, 80], [21, 80])]);
    expect(last.similar).toEqual([
      ["b", 7],
      ["c", 8],
      ["a", 20],
    ]);
  }
});

test("of another recipe the farthest counts that the two pictures may lie apart", async () => {
  const other = (bits: number) => ({ recipe: "fast-1", pictures: [{ hash: hash(bits), quality: 80 }] });
  const all = [likeness("near", 13, other(13)), likeness("too far", 14, other(14)), likeness("same recipe", 30)];
  expect((await found(all)).similar).toEqual([
    ["same recipe", 30],
    ["near", 31],
  ]);
});

test("an answer is bounded and says that there is more; who is too plain for the caller takes nobody's place", async () => {
  const plain = ["p1", "p2", "p3", "p4"].map((id) => likeness(id, 1, { pictures: [{ hash: hash(1), quality: 60 }] }));
  const all = [...plain, likeness("a", 2), likeness("b", 3), likeness("me", 0)];
  const most = { minQuality: 70, maxCount: 2 };
  expect(await found(all, most)).toEqual({
    similar: [
      ["a", 2],
      ["b", 3],
    ],
    isCut: false,
  });
  expect(await found(all, { ...most, maxCount: 1 })).toEqual({ similar: [["a", 2]], isCut: true });
  expect(await found(all, { maxCount: 4 })).toMatchObject({ isCut: true });
});

test("whatever comes in whatever order, and again: the newest content of the newest episode of each target counts", async () => {
  const any = fc.record({
    targetId: fc.constantFrom("a", "b", "c", "me"),
    episode: fc.integer({ min: 1, max: 3 }),
    revision: fc.integer({ min: 1, max: 3 }),
  });
  const some = fc.uniqueArray(any, { maxLength: 20, selector: (one) => JSON.stringify(one) });
  await fc.assert(
    fc.asyncProperty(some, fc.nat(), async (known, seed) => {
      const all = known.map(({ targetId, episode, revision }): Likeness => {
        const at = (nth: number) => (episode * 17 + revision * 7 + targetId.length * seed + nth * 23) % 60;
        const pictures = Array.from({ length: (episode + revision) % 4 }, (_, nth) => ({
          hash: hash(at(nth)),
          quality: 80,
        }));
        return { targetId, episode, revision, recipe: "exact-1", pictures };
      });
      const newest = new Map<string, Likeness>();
      for (const one of all.toSorted((a, b) => a.episode - b.episode || a.revision - b.revision)) {
        newest.set(one.targetId, one);
      }
      const expected = [...newest.values()]
        .filter(({ pictures }) => pictures.length > 0)
        .map(
          ({ targetId, pictures }) =>
            [targetId, Math.min(...pictures.map((one) => differingBits(one.hash, hash(0))))] as const,
        )
        .filter(([targetId, distance]) => targetId !== "me" && distance <= 31)
        .toSorted((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));
      const shuffled = [...all, ...all].toSorted((a, b) => mixed(a, seed) - mixed(b, seed));
      expect((await found(shuffled)).similar).toEqual(expected);
    }),
  );
});

function mixed({ targetId, episode, revision }: Likeness, seed: number): number {
  return (episode * 31 + revision * 17 + targetId.length * 7 + targetId.charCodeAt(0) * seed) % 13;
}

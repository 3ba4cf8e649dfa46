import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hammingDistance } from "./hash/hash.ts";
import { createIndex, DEFAULT_LIMIT } from "./index.ts";

/** Hashes that lie a few bits from one of three centres, so that small radii find something and rows repeat. */
const hash = fc
  .record({ centre: fc.nat({ max: 2 }), flips: fc.array(fc.nat({ max: 255 }), { maxLength: 70, size: "max" }) })
  .map(({ centre, flips }) => {
    const bytes = new Uint8Array(32).fill([0, 0xff, 0x5a][centre] as number);
    for (const bit of flips) bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    return bytes;
  });
const id = fc.oneof(fc.nat({ max: 40 }), fc.constantFrom(2 ** 31, 2 ** 32 - 1));
const change = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("add" as const), id, hash }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("disable" as const), id, hash }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), id, hash }) },
);
const changes = fc.array(change, { maxLength: 150, size: "max" });

describe("after any changes", () => {
  it("finds exactly what comparing with every entry finds, in order, cut at the limit", async () => {
    const radius = fc.oneof(fc.nat({ max: 64 }), fc.constantFrom(65, 255, 256));
    const limit = fc.integer({ min: 1, max: 60 });
    const run = fc.asyncProperty(changes, hash, radius, limit, async (made, query, within, most) => {
      const index = createIndex();
      const visible = new Map<number, Uint8Array>();
      const disabled = new Set<number>();
      for (const { kind, id: which, hash: what } of made) {
        if (kind === "add") {
          const taken = visible.has(which) || disabled.has(which);
          if (taken) expect(() => index.add(which, what)).toThrow("already in the index");
          else index.add(which, what);
          if (!taken) visible.set(which, what);
        } else if (kind === "disable") {
          expect(index.disable(which)).toBe(visible.has(which));
          if (visible.delete(which)) disabled.add(which);
        } else {
          expect(index.remove(which)).toBe(visible.has(which) || disabled.has(which));
          visible.delete(which);
          disabled.delete(which);
        }
      }
      expect(index.size).toBe(visible.size);
      const expected = bruteForce(visible, query, within);
      const found = await index.search(query, within, most);
      expect([...found.ids]).toEqual(expected.slice(0, most).map((hit) => hit.id));
      expect([...found.distances]).toEqual(expected.slice(0, most).map((hit) => hit.distance));
      expect(found.more).toBe(expected.length > most);
    });
    await fc.assert(run, { numRuns: runs(400) });
  });
});

it("finds entries at exactly the radius and none beyond, at every radius from 0 to 64", async () => {
  const index = createIndex();
  for (let distance = 0; distance <= 70; distance++) index.add(distance, withOnes(distance));
  for (let radius = 0; radius <= 64; radius++) {
    const { ids, more } = await index.search(new Uint8Array(32), radius);
    expect([...ids]).toEqual(Array.from({ length: radius + 1 }, (_, i) => i));
    expect(more).toBe(false);
  }
});

it("returns every entry with the same hash, by id", async () => {
  const index = createIndex();
  for (const which of [9, 4_000_000_000, 2, 7]) index.add(which, withOnes(3));
  index.disable(7);
  const { ids, distances } = await index.search(withOnes(3), 0);
  expect([...ids]).toEqual([2, 9, 4_000_000_000]);
  expect([...distances]).toEqual([0, 0, 0]);
});

it("frees the id of a removed entry, not that of a disabled one", async () => {
  const index = createIndex();
  index.add(1, withOnes(0));
  index.disable(1);
  expect(() => index.add(1, withOnes(9))).toThrow("id 1 is already in the index");
  expect(index.remove(1)).toBe(true);
  index.add(1, withOnes(9));
  expect([...(await index.search(withOnes(9), 0)).ids]).toEqual([1]);
});

it("says more only when the limit cut something off", async () => {
  const index = createIndex();
  for (let i = 0; i <= DEFAULT_LIMIT; i++) index.add(i, withOnes(i % 5));
  expect(await index.search(withOnes(0), 4)).toMatchObject({ ids: { length: DEFAULT_LIMIT }, more: true });
  expect(await index.search(withOnes(0), 4, DEFAULT_LIMIT + 1)).toMatchObject({ more: false });
});

it("answers many hashes in their order", async () => {
  const index = createIndex();
  for (let i = 0; i < 50; i++) index.add(i, withOnes(i));
  const results = await index.searchMany([withOnes(40), withOnes(0), withOnes(200)], 1);
  expect(results.map(({ ids }) => [...ids])).toEqual([[40, 39, 41], [0, 1], []]);
  expect(await index.searchMany([], 1)).toEqual([]);
});

it("keeps its own copy of a hash", async () => {
  const index = createIndex();
  const given = withOnes(0);
  index.add(1, given);
  given.fill(255);
  expect((await index.search(withOnes(0), 0)).ids.length).toBe(1);
});

it.each([
  ["radius", -1],
  ["radius", 257],
  ["radius", 1.5],
  ["radius", Number.NaN],
  ["limit", 0],
  ["limit", -1],
])("refuses a %s of %d", async (what, value) => {
  const [radius, limit] = what === "radius" ? [value, 10] : [10, value];
  await expect(createIndex().search(new Uint8Array(32), radius, limit)).rejects.toThrow(RangeError);
  await expect(createIndex().searchMany([new Uint8Array(32)], radius, limit)).rejects.toThrow(what);
});

it.each([-1, 0.5, 2 ** 32, Number.NaN])("refuses an id of %d", (value) => {
  const index = createIndex();
  expect(() => index.add(value, new Uint8Array(32))).toThrow(RangeError);
  expect(index.size).toBe(0);
});

it("refuses a hash of another length", async () => {
  const index = createIndex();
  expect(() => index.add(1, new Uint8Array(31))).toThrow("hash must be 32 bytes, not 31");
  await expect(index.search(new Uint8Array(33), 3)).rejects.toThrow("hash must be 32 bytes, not 33");
  expect(index.size).toBe(0);
});

/** The hash whose first bits are ones. */
function withOnes(count: number): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let bit = 0; bit < count; bit++) bytes[bit >> 3] = (bytes[bit >> 3] as number) | (1 << (bit & 7));
  return bytes;
}

function bruteForce(entries: Map<number, Uint8Array>, query: Uint8Array, radius: number) {
  return [...entries]
    .map(([which, bytes]) => ({ id: which, distance: hammingDistance(bytes, query) }))
    .filter(({ distance }) => distance <= radius)
    .sort((a, b) => a.distance - b.distance || a.id - b.id);
}

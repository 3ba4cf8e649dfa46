import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { exampleHit } from "../../test/examples.ts";
import { scenes, seenFilm } from "../../test/films.ts";
import { knownFilm } from "../search/seen-film.ts";
import { lookupColumn, readLookup } from "./lookup-column.ts";
import { planOfContent, type KnownContent } from "./row.ts";
import { BYTES, EXACT, PERCEPTUAL } from "../search/search-plan.ts";

const fingerprint = fc.constantFrom(...EXACT, ...PERCEPTUAL).chain((algorithm) =>
  fc.record({
    algorithm: fc.constant(algorithm),
    value: fc.uint8Array({ minLength: BYTES[algorithm], maxLength: BYTES[algorithm] }),
    quality: fc.nat(480),
  }),
);
const content = (fingerprints: Fingerprint[], changes: Partial<KnownContent> = {}): KnownContent => ({
  revision: 1,
  fingerprints,
  pdqForms: [],
  tooLittleDetail: false,
  ...changes,
});

test("whatever a row holds, what is looked up by its column is what is looked up by its state", () => {
  const form = fc.record({
    form: fc.constantFrom("original", "flipX"),
    value: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  });
  const recipe = fc.constantFrom("exact-1", "fast-1", "eigenes-ß");
  const rendition = fc.record({
    name: fc.constantFrom("frame 7", "inner"),
    nominatesOnly: fc.boolean(),
    fingerprints: fc.array(fingerprint),
    pdqForms: fc.array(form),
  });
  const renditions = fc.option(fc.array(rendition), { nil: undefined });
  fc.assert(
    fc.property(fc.array(fingerprint), fc.array(form), recipe, renditions, (fingerprints, pdqForms, name, shown) => {
      const of = content(fingerprints, { pdqForms, recipe: name, ...(shown && { renditions: shown }) });
      const { plan } = readLookup(lookupColumn({ pending: false, searched: [], content: of }), "a");
      const wanted = planOfContent(of);
      const bytes = (value: Uint8Array) => [...value];
      expect(plan.equal.map(({ algorithm, value }) => [algorithm, bytes(value)])).toEqual(
        wanted.equal.map(({ algorithm, value }) => [algorithm, bytes(value)]),
      );
      for (const algorithm of PERCEPTUAL) {
        const told = (of: typeof wanted) => of.near[algorithm].map(({ value, quality }) => [bytes(value), quality]);
        expect(told(plan)).toEqual(told(wanted));
      }
    }),
  );
});

test("it says how far a row was searched in a set, and whether something was found there", () => {
  const searched = [
    { setId: "set-a", counter: 5, hits: [exampleHit()] },
    { setId: "größer", counter: 2 ** 40, hits: [] },
  ];
  const bytes = lookupColumn({ pending: false, searched, content: content([]) });
  expect(readLookup(bytes, "set-a")).toMatchObject({ pending: false, counter: 5, hasHits: true });
  expect(readLookup(bytes, "größer")).toMatchObject({ counter: 2 ** 40, hasHits: false });
  expect(readLookup(bytes, "set")).toMatchObject({ counter: 0, hasHits: false });
  expect(readLookup(lookupColumn({ pending: true, searched: [], content: content([]) }), "a").pending).toBe(true);
});

const seen = (shown: number) => seenFilm(scenes("shown", shown));
const rowOf = (shown: number) => {
  const film = knownFilm(seen(shown));
  return { pending: false, searched: [], content: content([], film && { film }) };
};

test("a film is looked up by its column as by its state", () => {
  const row = rowOf(70);
  const { plan, byState } = readLookup(lookupColumn(row), "a");
  const wanted = planOfContent(row.content);
  const hashes = (of: typeof plan) =>
    [of.film, of.near.ALGORITHM_PDQ].map((all) => all?.map(({ value }) => [...value]));
  expect(byState).toBe(false);
  expect(plan.film).toHaveLength(70);
  expect(plan.near.ALGORITHM_PDQ).toHaveLength(64);
  expect(hashes(plan)).toEqual(hashes(wanted));
  expect(() => readLookup(lookupColumn(row).subarray(0, -1), "a")).toThrow(RangeError);
});

test("of a film with more frames than a column holds it says so", () => {
  const column = lookupColumn(rowOf(1001));
  expect(column.length).toBeLessThan(100);
  expect(readLookup(column, "a").byState).toBe(true);
});

test("what is cut off is no column", () => {
  const md5: Fingerprint = { algorithm: "ALGORITHM_MD5", value: new Uint8Array(16), quality: 0 };
  const bytes = lookupColumn({ pending: false, searched: [], content: content([md5]) });
  for (let length = 0; length < bytes.length - 19; length++) {
    expect(() => readLookup(bytes.subarray(0, length), "a")).toThrow(RangeError);
  }
  expect(() => readLookup(bytes.subarray(0, -1), "a")).toThrow(RangeError);
});

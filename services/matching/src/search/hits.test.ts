import type { Hit } from "@ntd/proto/matching/v1/match";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exampleHit } from "../../test/examples.ts";
import { MAX_HITS, MAX_NEAR_MISSES, nearestMisses, sameHits, strongest } from "./hits.ts";

const ids = (hits: readonly Hit[]) => hits.map(({ entryId }) => entryId);
const many = (count: number, changes: Partial<Hit>) =>
  Array.from({ length: count }, (_, i) => exampleHit({ ...changes, entryId: `many-${i}` }));

describe("which hits are told", () => {
  test("of listed films ten, those that show most, and negative ones among them", () => {
    const film = (share: number) => ({
      entryFrames: 100,
      entryFramesFound: share,
      filmFrames: 100,
      filmFramesFound: 0,
      found: [],
    });
    const films = (count: number, setId: string, changes: Partial<Hit> = {}) =>
      Array.from({ length: count }, (_, nth) => {
        const of = {
          algorithm: "ALGORITHM_VPDQ" as const,
          nominatesOnly: true,
          film: film(99 - nth),
          setId,
          ...changes,
        };
        return exampleHit({ ...of, entryId: `${setId} ${nth}` });
      });
    const innocent = films(20, "n", { setRole: "SET_ROLE_NEGATIVE" });
    const told = strongest([...films(20, "p"), ...innocent, exampleHit({ entryId: "picture" })]);
    expect(ids(told)).toHaveLength(11);
    expect(ids(told)).toEqual(expect.arrayContaining(["picture", "p 0", "p 4", "n 0", "n 4"]));
    expect(ids(strongest(films(12, "p")))).toEqual(Array.from({ length: 10 }, (_, nth) => `p ${nth}`));
  });

  test("given several, then equality of bytes comes before likeness, the nearest first, votes break a tie", () => {
    const given = [
      exampleHit({ entryId: "block", algorithm: "ALGORITHM_BLOCKHASH256", distance: 0 }),
      exampleHit({ entryId: "far", distance: 9 }),
      exampleHit({ entryId: "near, few votes", distance: 2, votes: 1 }),
      exampleHit({ entryId: "near, many votes", distance: 2, votes: 9 }),
      exampleHit({ entryId: "md5", algorithm: "ALGORITHM_MD5", distance: 0 }),
      exampleHit({ entryId: "sha256", algorithm: "ALGORITHM_SHA256", distance: 0 }),
    ];
    expect(ids(strongest(given))).toEqual(["sha256", "md5", "near, many votes", "near, few votes", "far", "block"]);
  });

  test("given an entry found in several forms, then the nearest form is told, the original in a tie", () => {
    const forms = [
      exampleHit({ form: "flipX", distance: 8 }),
      exampleHit({ form: "rotate90", distance: 6 }),
      exampleHit({ form: "original", distance: 6 }),
    ];
    expect(strongest(forms)).toEqual([exampleHit({ form: "original", distance: 6 })]);
  });

  test("given an entry found by two algorithms or in two sets, then both are told", () => {
    const given = [
      exampleHit({ algorithm: "ALGORITHM_PDQ" }),
      exampleHit({ algorithm: "ALGORITHM_BLOCKHASH256" }),
      exampleHit({ setId: "set-b" }),
    ];
    expect(strongest(given)).toHaveLength(3);
  });

  test("given an entry found in several pictures of a file, then the nearest that may decide is told, the file's own in a tie", () => {
    const own = exampleHit({ distance: 6 });
    const frame = exampleHit({ distance: 6, rendition: "frame 2" });
    const faint = exampleHit({ distance: 1, rendition: "inner", nominatesOnly: true });
    expect(strongest([faint, frame, own])).toEqual([own]);
    expect(strongest([faint, frame])).toEqual([frame]);
    expect(strongest([faint])).toEqual([faint]);
  });

  test("given more than are told, then the best of a weaker set and a veto stay", () => {
    const crowd = many(2 * MAX_HITS, { setId: "crowd", distance: 0 });
    const veto = exampleHit({ setId: "negative", setRole: "SET_ROLE_NEGATIVE", entryId: "veto", distance: 31 });
    const weak = exampleHit({ setId: "weak", entryId: "weak", algorithm: "ALGORITHM_BLOCKHASH256", distance: 12 });
    const told = strongest([...crowd, weak, veto]);
    expect(told).toHaveLength(MAX_HITS);
    expect(ids(told)).toEqual(expect.arrayContaining(["veto", "weak"]));
  });

  test("given more sets than are told, then a veto is among them all the same", () => {
    const sets = Array.from({ length: 2 * MAX_HITS }, (_, i) => exampleHit({ setId: `set-${i}`, distance: 0 }));
    const veto = exampleHit({ setId: "negative", setRole: "SET_ROLE_NEGATIVE", entryId: "veto", distance: 31 });
    expect(ids(strongest([...sets, veto]))).toContain("veto");
  });
});

describe("whether hits changed", () => {
  test("given another picture of the file, or one that nominates only, then they did", () => {
    expect(sameHits([exampleHit({ nominatesOnly: false })], [exampleHit()])).toBe(true);
    expect(sameHits([exampleHit({ rendition: "frame 7" })], [exampleHit()])).toBe(false);
    expect(sameHits([exampleHit({ nominatesOnly: true })], [exampleHit()])).toBe(false);
    expect(sameHits([exampleHit({ disputed: true })], [exampleHit()])).toBe(false);
    expect(sameHits([exampleHit({ disputed: false })], [exampleHit()])).toBe(true);
  });

  test("given the same entries in another release, then nothing changed", () => {
    expect(sameHits([exampleHit()], [exampleHit({ releaseId: "release-2" })])).toBe(true);
  });

  test("given another size of the list, or hits of an earlier release of this service, then nothing changed", () => {
    const { expectedFalseMatches: _, crossRecipe: __, ...earlier } = exampleHit();
    expect(sameHits([exampleHit()], [exampleHit({ expectedFalseMatches: 0.5 })])).toBe(true);
    expect(sameHits([exampleHit()], [earlier])).toBe(true);
  });

  test.each<Partial<Hit>>([
    { entryId: "entry-2" },
    { distance: 5 },
    { form: "flipX" },
    { votes: 4 },
    { minVotes: 3 },
    { autoIssue: false },
    { setRole: "SET_ROLE_NEGATIVE" },
    { entryQuality: 91 },
    { threshold: 30 },
    { crossRecipe: true },
    { setOwner: "Police" },
    { classification: { scheme: "iwf", version: "", code: "B" } },
    { classification: undefined },
  ])("given %j, then it did", (change) => {
    expect(sameHits([exampleHit()], [exampleHit(change)])).toBe(false);
  });

  test("given one more or one less, then it did", () => {
    const two = [exampleHit(), exampleHit({ entryId: "entry-2" })];
    expect([sameHits(two, two.slice(1)), sameHits([], two), sameHits([], [])]).toEqual([false, false, true]);
  });
});

const anyHit = fc
  .record({
    algorithm: fc.constantFrom(
      "ALGORITHM_SHA256" as const,
      "ALGORITHM_PDQ" as const,
      "ALGORITHM_BLOCKHASH256" as const,
    ),
    distance: fc.nat({ max: 31 }),
    form: fc.constantFrom("original", "flipX", "rotate90"),
    setId: fc.constantFrom("a", "b", "c"),
    entryId: fc.nat({ max: 40 }).map(String),
    votes: fc.nat({ max: 3 }),
  })
  .map((changes) => {
    const setRole = changes.setId === "c" ? ("SET_ROLE_NEGATIVE" as const) : ("SET_ROLE_POSITIVE" as const);
    return exampleHit({ ...changes, setRole });
  });

test("whatever is found, in whatever order: bounded, one per entry and algorithm, and of every set the best", () => {
  fc.assert(
    fc.property(fc.array(anyHit, { maxLength: 200 }), fc.infiniteStream(fc.double({ noNaN: true })), (hits, chance) => {
      const told = strongest(hits);
      const shuffled = hits.map((hit) => ({ hit, by: chance.next().value })).toSorted((a, b) => a.by - b.by);
      expect(sameHits(told, strongest(shuffled.map(({ hit }) => hit)))).toBe(true);
      expect(sameHits(told, strongest(told))).toBe(true);
      expect(told.length).toBeLessThanOrEqual(MAX_HITS);
      expect(new Set(told.map((h) => [h.setId, h.algorithm, h.entryId].join(" "))).size).toBe(told.length);
      for (const setId of new Set(hits.map((hit) => hit.setId))) {
        const best = strongest(hits.filter((hit) => hit.setId === setId))[0] as Hit;
        expect(told.some((hit) => sameHits([hit], [best]))).toBe(true);
      }
    }),
  );
});

describe("near misses", () => {
  test("the nearest come first, each entry once, and none that is hit", () => {
    const at = (entryId: string, distance: number, setId = "set-a") => exampleHit({ entryId, distance, setId });
    const misses = [at("far", 60), at("near", 40), at("near", 35), at("hit", 33), at("hit", 50, "set-b")];
    const told = nearestMisses(misses, [at("hit", 4)]).map(({ entryId, distance }) => [entryId, distance]);
    expect(told).toEqual([
      ["near", 35],
      ["hit", 50],
      ["far", 60],
    ]);
  });

  test("the nearest is first by whatever algorithm it was found", () => {
    const block = exampleHit({ entryId: "block", algorithm: "ALGORITHM_BLOCKHASH256", distance: 33 });
    expect(ids(nearestMisses([exampleHit({ entryId: "pdq", distance: 40 }), block], []))).toEqual(["block", "pdq"]);
  });

  test("they are bounded", () => {
    const many = Array.from({ length: 30 }, (_, n) => exampleHit({ entryId: `e${n}`, distance: 60 - n }));
    expect(nearestMisses(many, []).map(({ distance }) => distance)).toEqual(
      Array.from({ length: MAX_NEAR_MISSES }, (_, n) => 31 + n),
    );
  });
});

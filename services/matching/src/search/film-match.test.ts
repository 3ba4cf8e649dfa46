import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filmMatch, isFilmMatch, kinOf, NO_KIN, withoutFrames, type FrameFound, type Kin } from "./film-match.ts";

const match = (entryFramesFound: number, entryFrames: number, filmFramesFound: number, filmFrames: number) => ({
  entryFrames,
  entryFramesFound,
  filmFrames,
  filmFramesFound,
});

describe("two films match when three tenths of either are in the other:", () => {
  test.each([
    ["the same film", match(60, 60, 60, 60), true],
    ["a part of the listed film", match(10, 60, 10, 10), true],
    ["the listed film in a longer one", match(10, 10, 10, 600), true],
    ["three tenths of both", match(18, 60, 18, 60), true],
    ["less of both", match(17, 60, 17, 60), false],
    ["two frames of films that have more", match(2, 4, 2, 4), false],
    ["films of two frames", match(2, 2, 2, 2), true],
    ["one frame that stands for many", match(1, 60, 30, 30), false],
    ["nothing of nothing", match(0, 0, 0, 60), false],
  ])("%s", (_, counts, isMatch) => {
    expect(isFilmMatch(counts)).toBe(isMatch);
  });
});

const found = (...pairs: [place: number, listed: number][]): FrameFound[] =>
  pairs.map(([place, listed]) => ({ place, listed, distance: 3 }));
const only = (film: number) => () => new Set([film]);
const of = (frames: number, kin: Kin = NO_KIN) => ({ film: 7, frames, kin });

describe("how much was found:", () => {
  test("each frame counts once on either side, in whatever order", () => {
    const told = filmMatch(of(4), 5, found([9, 101], [2, 100], [2, 101], [4, 100]), only(7));
    expect(told).toEqual({ ...match(2, 4, 3, 5), found: [2, 4, 9] });
  });

  test("what a film that is not related shows, too, is in no number", () => {
    const at = (place: number) => new Set(place === 2 ? [7, 8] : [7]);
    const told = filmMatch(of(4), 5, found([1, 100], [2, 101], [3, 102]), at);
    expect(told).toEqual({ ...match(2, 4, 2, 4), found: [1, 3] });
  });

  test("what a related film shows, too, counts", () => {
    const related = { related: new Set([8]), shared: new Set<number>() };
    const told = filmMatch(of(4, related), 5, found([1, 100], [2, 101]), () => new Set([7, 8]));
    expect(told).toEqual({ ...match(2, 4, 2, 5), found: [1, 2] });
  });

  test("frames that the listed film shares with others count neither there nor where they are seen", () => {
    const kin = { related: new Set<number>(), shared: new Set([100, 103]) };
    const told = filmMatch(of(4, kin), 5, found([1, 100], [2, 101], [3, 102]), only(7));
    expect(told).toEqual({ ...match(2, 2, 2, 4), found: [2, 3] });
  });
});

describe("films of a set are related when they share most of the shorter one's frames:", () => {
  // Film 0 has frames 0 to 3, film 1 frames 10 to 19, film 2 frames 20 to 22.
  const filmOf = (frame: number) => Math.floor(frame / 10);
  const framesIn = (film: number) => [4, 10, 3][film] ?? 0;
  const kin = (alike: Record<number, number[]>) =>
    kinOf(0, new Map(Object.entries(alike).map(([frame, others]) => [Number(frame), others])), filmOf, framesIn);

  test("by its own frames where it is the shorter", () => {
    const longer = { 0: [0, 10], 1: [1, 11], 2: [2, 12], 3: [3] };
    expect(kin(longer)).toEqual({ related: new Set([1]), shared: new Set() });
    expect(kin({ ...longer, 2: [2] })).toEqual({ related: new Set(), shared: new Set([0, 1]) });
  });

  test("by the other's where that is", () => {
    expect(kin({ 0: [0, 20, 21], 1: [1] })).toEqual({ related: new Set([2]), shared: new Set() });
    expect(kin({ 0: [0, 20], 1: [1, 20] })).toEqual({ related: new Set(), shared: new Set([0, 1]) });
  });

  test("a frame that both a related and an unrelated film have is shared", () => {
    expect(kin({ 0: [0, 10], 1: [1, 11, 20], 2: [2, 12] })).toEqual({ related: new Set([1]), shared: new Set([1]) });
  });
});

test("whatever is taken out of a match: no number grows, and taking it out twice changes nothing", () => {
  const places = fc.uniqueArray(fc.nat(40), { maxLength: 20 });
  fc.assert(
    fc.property(places, places, fc.nat(20), (seen, taken, more) => {
      const film = { ...match(seen.length, seen.length + more, seen.length, 41 + more), found: seen };
      const out = new Set(taken);
      const left = withoutFrames(film, out);
      expect(withoutFrames(left, out)).toEqual(left);
      expect(left.filmFramesFound).toBe(seen.filter((place) => !out.has(place)).length);
      for (const [name, count] of Object.entries(match(0, 0, 0, 0))) {
        expect(left[name as keyof typeof film]).toBeGreaterThanOrEqual(count);
        expect(left[name as keyof typeof film]).toBeLessThanOrEqual(film[name as keyof typeof film] as number);
      }
      expect(left.filmFrames - left.filmFramesFound).toBe(film.filmFrames - film.filmFramesFound);
    }),
  );
});

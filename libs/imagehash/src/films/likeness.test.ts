import fc from "fast-check";
import { expect, test } from "vitest";
import { filmsLikeness, frameCounts, type Frame } from "./likeness.ts";

const frame = (quality: number): fc.Arbitrary<Frame> =>
  fc.record({
    pdq: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    quality: fc.constant(quality),
  });
const film = fc.array(frame(100), { maxLength: 20 });

test("a frame counts from quality 50 on", () => {
  const pdq = new Uint8Array(32);
  expect([0, 49, 50, 100].map((quality) => frameCounts({ pdq, quality }))).toEqual([false, false, true, true]);
  expect(frameCounts({ pdq: new Uint8Array(8), quality: 100 })).toBe(false);
});

test("a film shows all of itself, however it is cut in pieces and put together again", () => {
  fc.assert(
    fc.property(film, fc.nat(), (frames, at) => {
      const turned = [...frames.slice(at % 20), ...frames.slice(0, at % 20)];
      const all = frames.length;
      expect(filmsLikeness(frames, turned)).toEqual({
        entryFound: all,
        entryFrames: all,
        filmFound: all,
        filmFrames: all,
      });
    }),
  );
});

test("seen from the other film the numbers change places", () => {
  fc.assert(
    fc.property(film, film, (one, other) => {
      const { entryFound, entryFrames, filmFound, filmFrames } = filmsLikeness(one, other, 110);
      expect(filmsLikeness(other, one, 110)).toEqual({
        entryFound: filmFound,
        entryFrames: filmFrames,
        filmFound: entryFound,
        filmFrames: entryFrames,
      });
      expect(entryFound === 0).toBe(filmFound === 0);
    }),
  );
});

test("what is cut out or put in leaves the rest found", () => {
  fc.assert(
    fc.property(film, film, (entry, other) => {
      const found = filmsLikeness(entry, [...entry, ...other]);
      expect(found.entryFound).toBe(entry.length);
      expect(found.filmFound).toBeGreaterThanOrEqual(entry.length);
    }),
  );
});

test("frames that do not count change no number", () => {
  fc.assert(
    fc.property(film, film, fc.array(frame(49)), (one, other, faint) => {
      expect(filmsLikeness([...one, ...faint], [...faint, ...other])).toEqual(filmsLikeness(one, other));
    }),
  );
});

test("a frame is found as far as 31 bits away and no further", () => {
  const off = (bits: number): Frame => {
    const pdq = new Uint8Array(32);
    for (let bit = 0; bit < bits; bit++) pdq[bit >> 3] = (pdq[bit >> 3] as number) | (1 << (bit & 7));
    return { pdq, quality: 100 };
  };
  expect(filmsLikeness([off(0)], [off(31)])).toMatchObject({ entryFound: 1, filmFound: 1 });
  expect(filmsLikeness([off(0)], [off(32)])).toMatchObject({ entryFound: 0, filmFound: 0 });
});

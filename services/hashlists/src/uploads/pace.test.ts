import fc from "fast-check";
import { expect, test } from "vitest";
import { Pace } from "./pace.ts";

const least = { bytesPerSecond: 1000, withinMs: 10_000 };

/** Comes in so many pieces of so many bytes, each waited for so long; when that is over, and what it is judged then. */
function paced(pieces: number, bytes: number, waitMs: number, ownMs = 0) {
  const pace = new Pace(least);
  let now = 0;
  for (let nth = 0; nth < pieces; nth++) {
    pace.waits(now);
    pace.came(bytes, (now += waitMs));
    now += ownMs;
  }
  pace.waits(now);
  return { pace, now };
}

test.each([
  [100, 1000, 1000, false],
  [100, 999, 1000, true],
  [10_000, 1, 100, true],
  [1, 16_384, 20_000, true],
])("%i pieces of %i bytes, one each %i ms: too slow is %s", (pieces, bytes, waitMs, isSlow) => {
  const { pace, now } = paced(pieces, bytes, waitMs);
  expect(pace.isSlow(now)).toBe(isSlow);
});

test("silence is slow once it lasts, a short pause is not, and who comes faster again is not any more", () => {
  const { pace, now } = paced(100, 5000, 1000);
  expect([pace.isSlow(now), pace.isSlow(now + 9999), pace.isSlow(now + 60_000)]).toEqual([false, false, true]);
  pace.came(100_000, now + 60_000);
  pace.waits(now + 60_000);
  expect(pace.isSlow(now + 60_000)).toBe(false);
});

test("what nobody waits for is never slow, however long the service takes for what came", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1000, max: 9999 }),
      fc.nat(),
      (pieces, bytes, own) => {
        const { pace, now } = paced(pieces, bytes, 1000, own);
        expect(pace.isSlow(now)).toBe(false);
        pace.came(1, now);
        expect(pace.isSlow(now + 1e9)).toBe(false);
      },
    ),
  );
});

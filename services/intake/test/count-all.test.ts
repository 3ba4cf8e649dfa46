import fc from "fast-check";
import { expect, test } from "vitest";
import { countAll, type Between } from "../src/reporters/count-all.ts";

const MOST = 10;

test("however many there are, all in the time are counted, each once", async () => {
  const times = fc.uniqueArray(fc.integer({ min: -5, max: 120 }));
  await fc.assert(
    fc.asyncProperty(times, fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 70 }), async (all, from, ms) => {
      const between = ({ gte, lt }: Between) => all.filter((time) => time >= gte.getTime() && time < lt.getTime());
      async function count(time: Between) {
        const found = between(time).length;
        return { count: Math.min(found, MOST), isMore: found > MOST };
      }
      const time = { gte: new Date(from), lt: new Date(from + ms) };
      expect(await countAll(count, time)).toBe(between(time).length);
    }),
  );
});

test("more than can be counted of one moment end it", async () => {
  const count = () => Promise.resolve({ count: MOST, isMore: true });
  expect(await countAll(count, { gte: new Date(0), lt: new Date(1) })).toBe(MOST);
});

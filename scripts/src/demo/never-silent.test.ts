import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { neverSilent } from "./never-silent.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** When a line was printed, while steps of these lengths go on one after the other. */
function printed(stepsMs: readonly number[]): { times: number[]; lines: string[] } {
  const begin = Date.now();
  const [times, lines] = [[0], [] as string[]];
  using voice = neverSilent((line) => {
    times.push(Date.now() - begin);
    lines.push(line);
  });
  for (const [at, ms] of stepsMs.entries()) {
    voice.begin(`step ${at}`);
    voice.say(`step ${at} begins`);
    vi.advanceTimersByTime(ms);
  }
  return { times: [...times, Date.now() - begin], lines };
}

test("however long steps take, nobody waits for a line for more than five seconds", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 90_000 }), { minLength: 1, maxLength: 6 }), (steps) => {
      const { times } = printed(steps);
      const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(5000);
    }),
  );
});

test("what goes on is named, and a quick step says nothing more", () => {
  expect(printed([7000, 1000]).lines).toEqual([
    "step 0 begins",
    "  ... still step 0",
    "  ... still step 0",
    "step 1 begins",
  ]);
});

test("while nothing goes on nothing is said, and what goes on again is", () => {
  const lines: string[] = [];
  using voice = neverSilent((line) => void lines.push(line));
  voice.say("still up");
  voice.rest();
  vi.advanceTimersByTime(60_000);
  voice.begin("stopping");
  voice.say("interrupted");
  vi.advanceTimersByTime(4000);
  expect(lines).toEqual(["still up", "interrupted", "  ... still stopping"]);
});

test("once it is over nothing is said", () => {
  const lines: string[] = [];
  const voice = neverSilent((line) => void lines.push(line));
  voice.say("a step");
  voice[Symbol.dispose]();
  vi.advanceTimersByTime(60_000);
  expect(lines).toEqual(["a step"]);
});

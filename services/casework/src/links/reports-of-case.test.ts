import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spansOf, type Episode, type Span } from "./reports-of-case.ts";
import { later } from "../../test/facts.ts";

const episode = (caseId: string, opened: number, gone?: number): Episode => ({
  caseId,
  openedTime: later(opened),
  goneTime: gone === undefined ? undefined : later(gone),
});
const has = ({ after, upTo }: Span, time: Date) =>
  (after === undefined || time > after) && (upTo === undefined || time <= upTo);
const homeOf = (episodes: Episode[], seconds: number) =>
  spansOf(episodes)
    .filter((span) => has(span, later(seconds)))
    .map(({ caseId }) => caseId);

describe("given one episode", () => {
  test("when its material has gone or not, it has every report", () => {
    for (const only of [episode("one", 0), episode("one", 0, 100)]) {
      expect(homeOf([only], -1)).toEqual(["one"]);
      expect(homeOf([only], 1000)).toEqual(["one"]);
    }
  });
});

describe("given a second episode", () => {
  const both = [episode("one", 0, 100), episode("two", 210)];

  test("when a report was received before the material had gone, it belongs to the earlier case", () => {
    expect(homeOf(both, -50)).toEqual(["one"]);
    expect(homeOf(both, 100)).toEqual(["one"]);
  });

  test("when it was received later, it belongs to the newer one, though that was opened after it", () => {
    expect(homeOf(both, 101)).toEqual(["two"]);
    expect(homeOf(both, 5000)).toEqual(["two"]);
  });

  test("when nobody told when the first had gone, the opening of the second stands in", () => {
    const unknown = [episode("one", 0), episode("two", 210)];
    expect(homeOf(unknown, 210)).toEqual(["one"]);
    expect(homeOf(unknown, 211)).toEqual(["two"]);
  });
});

test("every report belongs to exactly one case, and never to an earlier one than an earlier report", () => {
  const second = fc.integer({ min: 0, max: 100 });
  const episodes = fc
    .array(fc.tuple(second, fc.option(second)), { minLength: 1, maxLength: 5 })
    .map((all) => all.map(([opened, gone], index) => episode(`case-${index}`, opened, gone ?? undefined)));
  fc.assert(
    fc.property(episodes, second, second, (all, a, b) => {
      const [early, late] = [homeOf(all, Math.min(a, b)), homeOf(all, Math.max(a, b))];
      expect([early.length, late.length]).toEqual([1, 1]);
      expect((early[0] ?? "") <= (late[0] ?? "")).toBe(true);
    }),
  );
});

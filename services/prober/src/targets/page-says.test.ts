import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, browser, declared, newTarget, rules, slotOf } from "../../test/examples.ts";
import { nextDue } from "../schedule/schedule.ts";
import { observationOf, type Finding, type Observation } from "./observation.ts";
import { againDue, pageSays } from "./page-says.ts";
import { decide } from "./target.ts";
import type { Target } from "./target-state.ts";

const againMs = 60_000;
const shows = (media: string, isEmbedded = false) => ({ isEmbedded, foundBy: ["browser"], media });
const mark = { digest: "a", since: at(0) };

describe("what an eye says of a page on which something illegal is known", () => {
  test("shown: seen, whatever it showed before", () => {
    expect(pageSays(shows("b", true), mark, { at: at(1), againMs })).toBe("SEEN");
  });

  test.each(["LOGIN_WALL", "TIMED_OUT"] as const)("perhaps behind what was not seen: blind, %s", (hidden) => {
    const page = { ...shows("a"), hidden };
    expect(pageSays(page, mark, { at: at(9), againMs })).toEqual({ is: "BLIND", reason: hidden, media: mark });
    expect(pageSays({ ...page, isEmbedded: true }, mark, { at: at(9), againMs })).toBe("SEEN");
  });

  test.each([
    ["the first look without it", undefined, "a", 0, { is: "BLIND", media: mark }],
    ["the same within the minute", mark, "a", 0.9, { is: "BLIND", media: mark }],
    ["the same a minute later", mark, "a", 1, { is: "REPLACED", media: mark }],
    ["others", mark, "b", 1, { is: "BLIND", media: { digest: "b", since: at(1), differs: true } }],
    ["the same as the others later", { ...mark, differs: true as const }, "a", 20, { is: "REPLACED", media: mark }],
    ["on a clock that was put back", mark, "a", -5, { is: "BLIND", media: mark }],
  ])("%s", (_, before, media, minutes, expected) => {
    expect(pageSays(shows(media), before, { at: at(minutes), againMs })).toEqual({
      reason: expected.is === "BLIND" ? "DYNAMIC" : "OTHER_CONTENT",
      ...expected,
    });
  });

  test("it is looked at again a minute later, once", () => {
    expect(againDue([undefined, mark], at(0.5), againMs)).toEqual(at(1));
    expect(againDue([mark], at(1), againMs)).toBeUndefined();
    expect(againDue([{ ...mark, differs: true }], at(0.5), againMs)).toBeUndefined();
    // Noted by a clock that was ahead.
    expect(againDue([mark], at(-60), againMs)).toBeUndefined();
  });
});

const content = (n: number) => ({
  recipe: "exact-1",
  fingerprints: [{ algorithm: "ALGORITHM_SHA256" as const, value: new Uint8Array(32).fill(n), quality: 0 }],
  pdqForms: [],
  renditions: [],
  degraded: false,
  tooLittleDetail: false,
  format: "",
  revision: 0,
});
const asPage = { is: "NOT_MEDIA", reason: "NOT_A_PICTURE" } as const;
const finding = (n: number, page?: ReturnType<typeof shows>): Finding => ({
  is: "content",
  as: asPage,
  content: content(n),
  ip: "192.0.2.1",
  ...(page && { page }),
});

/** The target after one look of the browser at a page that is in each look another. */
function lookedAt(target: Target, minutes: number, page?: ReturnType<typeof shows>): Target {
  const paged = { at: at(minutes), againMs };
  const observation: Observation = observationOf(target, finding(minutes, page), target.views?.["browser"], paged);
  const slot = { ...slotOf(at(minutes), { browser: observation }), ...(page && { foundBy: page.foundBy }) };
  return decide(target, slot, rules);
}
const isGone = ({ phase }: Target) => phase.is === "GONE";
const run = (...looks: [number, ReturnType<typeof shows>?][]) =>
  looks.reduce((target, [minutes, page]) => lookedAt(target, minutes, page), newTarget());

describe("a page", () => {
  test("on which nothing illegal is known is there as long as it answers", () => {
    expect(run([0], [1], [2], [3]).phase).toEqual(asPage);
  });

  test("is gone once it shows the same without what was illegal in three slots", () => {
    const gone = run([0], [1, shows("x", true)], [2, shows("y")], [3, shows("y")], [4, shows("y")], [5, shows("y")]);
    expect(gone.phase).toMatchObject({ is: "GONE", goneTime: at(3), strength: "REPLACED", reason: "OTHER_CONTENT" });
    // Nobody is asked what is there: it is known.
    expect(lookedAt(gone, 6, shows("y")).question).toBeUndefined();
    expect(lookedAt(gone, 6, shows("x", true))).toMatchObject({ phase: asPage, episode: 2 });
  });

  test("is looked at again a minute after the first miss", () => {
    const missed = run([0], [1.5, shows("x", true)], [2.25, shows("y")]);
    expect(missed.phase).toEqual(asPage);
    expect(nextDue(missed, at(2.25), rules)).toEqual(at(3.25));
  });

  test("that shows others each time is never gone, and a person's question", () => {
    const moves = run(
      [0],
      [1, shows("x", true)],
      ...[2, 3, 4, 5, 6].map((n) => [n, shows(`y${n}`)] as [number, never]),
    );
    expect(moves.phase).toMatchObject({ is: "UNSEEN", reason: "DYNAMIC" });
  });

  test("whatever it shows, it is gone only behind three slots of the same", () => {
    const look = fc.record({ media: fc.constantFrom("a", "b"), isEmbedded: fc.boolean() });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 12 }), (looks) => {
        const shown = looks.map((one) => ({ ...shows(one.media), isEmbedded: one.isEmbedded }));
        let target = run([0]);
        shown.forEach((one, i) => {
          const before = target;
          target = lookedAt(before, i + 1, one);
          if (isGone(before) || !isGone(target)) return;
          const last = shown.slice(Math.max(0, i - 2), i + 1);
          expect(last.every(({ isEmbedded, media }) => !isEmbedded && media === one.media)).toBe(true);
        });
      }),
    );
  });

  test("has the votes of those who had found it there: another eye's word does not make it gone, nor keep it", () => {
    const eyes = [browser, declared];
    const given = { ...rules, eyes };
    const seen: Observation = { is: "SEEN", as: asPage, content: content(1), likeness: "other" };
    const gone: Observation = { is: "REPLACED", reason: "OTHER_CONTENT", as: asPage, content: content(1) };
    const both = decide(newTarget(), slotOf(at(0), { browser: seen, declared: seen }, eyes), given);
    const byBrowser = {
      ...slotOf(at(1), { browser: gone, declared: { is: "BLIND", reason: "WALL" } }, eyes),
      foundBy: ["browser"],
    };
    expect(decide(both, byBrowser, given).phase.is).toBe("SUSPECT_GONE");
    const byOther = {
      ...slotOf(at(1), { browser: { is: "BLIND", reason: "WALL" }, declared: gone } as never, eyes),
      foundBy: ["browser"],
    };
    expect(decide(both, byOther, given).phase.is).toBe("NOT_MEDIA");
  });
});

import { describe, expect, test } from "vitest";
import { at, looked, missing, newTarget, picture, timedOut } from "../../test/examples.ts";
import { needsSecond, publishedFacts } from "../targets/published-facts.ts";
import { withSighting } from "./sighting.ts";
import type { Sighting, Target } from "../targets/target-state.ts";

const how = { keyId: "2026-01", nonce: new Uint8Array(12), ciphertext: new Uint8Array(40) };
const says = (word: Sighting["says"], minute: number, by = "assessor/ann"): Sighting => ({
  says: word,
  by,
  time: at(minute),
  how,
  toldTime: at(minute + 1),
});
const told = (target: Target, sighting: Sighting): Target => {
  const next = withSighting(target, sighting, sighting.toldTime);
  if ("refused" in next) throw new Error(next.refused);
  return next;
};
const present = looked(newTarget(), picture("first"), at(1));
const unreachable = looked(newTarget(), timedOut, at(1));
const gone = [2, 3, 4].reduce((state, minute) => looked(state, missing, at(minute)), present);

describe("seen by a person", () => {
  test("what no eye ever saw is present, as of then", () => {
    const next = told(unreachable, says("SEEN", 5));
    expect(next).toMatchObject({
      phase: { is: "PRESENT" },
      episode: 1,
      personSaw: { by: "assessor/ann", time: at(5) },
    });
    expect(next.told).toEqual([{ eye: "assessor/ann", said: { is: "SEEN" }, time: at(5) }]);
    expect(publishedFacts(next)).not.toBe(publishedFacts(unreachable));
    const [later] = [6, 7, 8].map((minute) => looked(next, missing, at(minute))).slice(-1);
    expect(later?.phase.is).toBe("PRESENT");
  });

  test("what was gone is there again: another episode, whose votes begin anew", () => {
    const next = told(gone, says("SEEN", 9));
    expect(next).toMatchObject({ episode: 2, phase: { is: "PRESENT" }, seen: { first: at(9), last: at(9) } });
    expect(next.seen?.by).toBeUndefined();
    expect(next.views).toBeUndefined();
  });

  test("before it was found gone says nothing", () => {
    expect(withSighting(gone, says("SEEN", 2), at(9))).toEqual({ refused: "gone since", time: at(2) });
  });

  test("is over once an eye sees it", () => {
    const next = looked(told(unreachable, says("SEEN", 5)), picture("first"), at(6));
    expect(next.personSaw).toBeUndefined();
    expect([7, 8, 9].reduce((state, minute) => looked(state, missing, at(minute)), next).phase.is).toBe("GONE");
  });
});

describe("gone by persons", () => {
  test("takes two of them, and is as of the earlier look", () => {
    const first = told(present, says("GONE", 5));
    expect(first.phase.is).toBe("PRESENT");
    expect(needsSecond(first)).toBe(true);
    expect(told(first, says("GONE", 7)).phase.is).toBe("PRESENT");
    const second = told(first, says("GONE", 7, "assessor/ben"));
    expect(second.phase).toEqual({ is: "GONE", reason: "PERSON_ONLY", goneTime: at(5), strength: "PERSON" });
    expect(second.told?.map(({ eye }) => eye)).toEqual(["assessor/ann", "assessor/ben"]);
    expect(needsSecond(second)).toBe(false);
  });

  test("does not count before an eye's newest sighting", () => {
    const seen = looked(present, picture("identical"), at(6));
    expect(withSighting(seen, says("GONE", 5), at(9))).toEqual({ refused: "seen since", time: at(6) });
  });

  test("falls when an eye sees it: there again", () => {
    const end = told(told(present, says("GONE", 5)), says("MOVED_TO", 7, "assessor/ben"));
    expect(looked(end, picture("identical"), at(9))).toMatchObject({ episode: 2, phase: { is: "PRESENT" } });
    const waiting = looked(told(present, says("GONE", 5)), picture("identical"), at(6));
    expect(waiting.personMissed).toBeUndefined();
  });
});

test("an answer closes the question until its next time, and what was said is kept, bounded", () => {
  const asked: Target = { ...unreachable, question: { count: 1, openSince: at(2) } };
  const next = told(asked, says("SEEN", 5));
  expect(next.question).toEqual({ count: 1, nextTime: at(6 + 24 * 60) });
  const many = Array.from({ length: 30 }, (_, i) => says("SEEN", 10 + i)).reduce(told, next);
  expect(many.sightings).toHaveLength(20);
});

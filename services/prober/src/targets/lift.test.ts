import { expect, test } from "vitest";
import { at, looked, missing, newTarget, picture, rules } from "../../test/examples.ts";
import { isGoneBySilence, withSilenceNamed } from "./lift.ts";
import { publishedFacts } from "./published-facts.ts";
import { nextDue } from "../schedule/schedule.ts";
import type { Target } from "./target-state.ts";

const present = looked(newTarget(), picture("first"), at(1));
const silent: Target = { ...present, phase: { is: "GONE", reason: "UNREACHABLE_TOO_LONG", goneTime: at(2) } };

test("gone by silence is named once, stays gone, and is looked at at once", () => {
  expect(isGoneBySilence(silent)).toBe(true);
  const named = withSilenceNamed(silent, at(9));
  expect(named).toMatchObject({ episode: 1, phase: { is: "GONE", goneTime: at(2), strength: "SILENCE_0_2" } });
  expect(named.work.dueAt).toEqual(at(9));
  expect(isGoneBySilence(named)).toBe(false);
  expect(publishedFacts(named)).not.toBe(publishedFacts(silent));
  expect(looked(named, picture("identical"), at(10))).toMatchObject({ episode: 2, phase: { is: "PRESENT" } });
});

test("what is no longer watched is named, too; a claim in hand is left alone", () => {
  const closed = withSilenceNamed({ ...silent, phase: { is: "CLOSED", was: { ...silent.phase } as never } }, at(9));
  expect(closed.phase).toMatchObject({ is: "CLOSED", was: { strength: "SILENCE_0_2" } });
  const held = { ...silent, work: { ...silent.work, claimedUntil: at(20), dueAt: at(20) } };
  expect(withSilenceNamed(held, at(9)).work.dueAt).toEqual(at(20));
});

test("what was seen to be gone is not", () => {
  const gone = [2, 3, 4].reduce((state, minute) => looked(state, missing, at(minute)), present);
  for (const target of [gone, present, { ...silent, phase: { ...silent.phase, reason: "HTTP_GONE" } as never }]) {
    expect(isGoneBySilence(target)).toBe(false);
  }
});

test("what is then observed in k slots is gone by that, as of its first miss, and looked at slot by slot until then", () => {
  const named = withSilenceNamed(silent, at(9));
  const once = looked(named, missing, at(10));
  expect(once.phase).toMatchObject({ is: "GONE", strength: "SILENCE_0_2", goneTime: at(2) });
  expect(nextDue(once, at(10), rules)).toEqual(at(11));
  const end = [11, 12].reduce((state, minute) => looked(state, missing, at(minute)), once);
  expect(end.phase).toMatchObject({ is: "GONE", strength: "ABSENT", goneTime: at(10), reason: "HTTP_NOT_FOUND" });
  expect(end).toMatchObject({ episode: 1, seen: { last: at(1) } });
});

import { expect, test } from "vitest";
import { exampleHit } from "../../test/examples.ts";
import { Standings } from "./standings.ts";

const [one, other] = [exampleHit({ entryId: "one", votes: 3 }), exampleHit({ entryId: "other", votes: 3 })];
const says = (entryId: string, standing: { leastVotes?: number; disputed?: boolean; disabled?: boolean }) => ({
  entryId,
  leastVotes: 0,
  disputed: false,
  disabled: false,
  ...standing,
});

test("a hit has at least the votes that are said, is disputed, or is none; nothing else of it is other", () => {
  const standings = new Standings();
  expect(standings.applied([one, other])).toEqual([one, other]);
  standings.take([says("one", { leastVotes: 2, disputed: true })], 2);
  expect(standings.applied([one, other])).toEqual([{ ...one, disputed: true }, other]);
  standings.take([says("one", { leastVotes: 9 }), says("other", { disabled: true })], 3);
  expect(standings.applied([one, other])).toEqual([{ ...one, votes: 9 }]);
  standings.take([says("one", {}), says("other", {})], 4);
  expect(new Standings(standings.kept).applied([one, other])).toEqual([one, other]);
  expect(standings.kept).toEqual({ through: 4, of: [] });
});

test("an answer that was overtaken by a later one changes nothing", () => {
  const standings = new Standings();
  standings.take([says("one", { disputed: true })], 5);
  standings.take([says("one", {})], 4);
  expect(standings.applied([one])).toEqual([{ ...one, disputed: true }]);
  expect(standings.through).toBe(5);
});

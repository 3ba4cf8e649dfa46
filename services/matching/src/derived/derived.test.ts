import fc from "fast-check";
import { expect, test } from "vitest";
import { isListed, takeDerived, withCounter, type DerivedOf } from "./derived.ts";

const targetId = "00000000000040008000000000000001";
const one = (edit: string, length = 32) => ({ edit, pdq: new Uint8Array(length).fill(7), quality: 80 });
const told = (...edits: string[]) => ({
  contents: edits.map((edit, at) => ({ episode: 1, revision: at + 1, fingerprints: [one(edit)] })),
});
const take = (known: DerivedOf | undefined, version: number, of: ReturnType<typeof told> | undefined) =>
  takeDerived(known, { targetId, version, told: of });
const known = (version: number, ...edits: string[]): DerivedOf => {
  const fingerprints = edits.map((edit) => one(edit));
  return { schemaVersion: 1, targetId, targetVersion: version, fingerprints, counter: 4 };
};

test("of a target that never told anything nothing is kept", () => {
  expect(take(undefined, 3, undefined)).toBeUndefined();
});

test("what all its contents would be is kept, without a counter yet", () => {
  const state = take(undefined, 3, told("crop 5 %", "bar below, 8 %"));
  expect(state).toEqual({ ...known(3, "crop 5 %", "bar below, 8 %"), counter: undefined });
  expect(state && isListed(state)).toBe(true);
});

test("what is no hash is left out, and what has no id is not listed", () => {
  const broken = { contents: [{ episode: 1, revision: 1, fingerprints: [one("a", 31), one("b")] }] };
  expect(takeDerived(undefined, { targetId: "t", version: 1, told: broken })?.fingerprints).toEqual([one("b")]);
  expect(isListed({ ...known(1, "a"), targetId: "t" })).toBe(false);
});

test("an older version says nothing, nor does the same one", () => {
  for (const version of [2, 3]) expect(take(known(3, "a"), version, told("b"))).toBeUndefined();
});

test("that nothing is left is known also to who had heard of nothing, so that what was before comes too late", () => {
  const gone = take(undefined, 4, told());
  expect(gone?.fingerprints).toEqual([]);
  expect(gone && isListed(gone)).toBe(false);
  expect(take(gone, 3, told("a"))).toBeUndefined();
});

test("what is not told any more is gone", () => {
  expect(take(known(3, "a"), 4, undefined)).toEqual({ ...known(4), counter: undefined });
});

test("of the same as before the version is noted, and its counter stays; unless that was not raised yet", () => {
  expect(take(known(3, "a"), 4, told("a"))).toEqual(known(4, "a"));
  const { counter: _, ...begun } = known(3, "a");
  expect(take(begun, 4, told("a"))).toEqual({ ...begun, targetVersion: 4 });
});

test("in whatever order versions come, and however often: the newest is what is kept", () => {
  const version = fc.record({ version: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(fc.array(version, { minLength: 1 }), (events) => {
      // Once something was told each version tells it, or that it is gone.
      const toldBy = (n: number) => (n % 3 === 0 ? told() : told(`edit ${n % 4}`));
      let state: DerivedOf | undefined;
      for (const [at, one] of events.entries()) {
        const next = take(state, one.version, toldBy(one.version));
        state = next === undefined ? state : withCounter(next, next.counter ?? at + 1);
      }
      const newest = Math.max(...events.map((event) => event.version));
      expect(state).toMatchObject({
        targetVersion: newest,
        fingerprints: toldBy(newest).contents.flatMap(({ fingerprints }) => fingerprints),
      });
    }),
  );
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentOf, newTarget } from "../../test/examples.ts";
import { asksForDerived, derivedFacts, toDerived, withDerived, withDerives } from "./derived.ts";
import type { Target } from "./target-state.ts";

const sealed = (n: number) => ({ keyId: "k", nonce: new Uint8Array([n]), ciphertext: new Uint8Array() });
const fingerprint = (n: number) => ({ edit: `crop ${n} %`, pdq: new Uint8Array(32).fill(n), quality: 90 });
/** What is opened is known by its nonce. */
const open = (of: { nonce: Uint8Array }) => [fingerprint(of.nonce[0] ?? 0)];
const showing = (sha: number, episode = 1, of: Partial<Target> = {}): Target => {
  const content = { ...contentOf(sha), revision: 1 };
  const seen = { as: { is: "PRESENT" }, content, first: new Date(0), last: new Date(0) } as const;
  return { ...newTarget({ targetId: "t", episode }), phase: { is: "PRESENT" }, seen, ...of };
};
const look = (sha: number, n: number) => ({ observation: { content: contentOf(sha) }, derived: sealed(n) });
const decided = (target: Target, version: number, derives: boolean, episode = 1) =>
  withDerives(target, { episode, version, derives }, open) ?? target;
const toldEdits = (target: Target) => toDerived(target)?.contents.map(({ fingerprints }) => fingerprints[0]?.edit);

describe("what a look derived of a picture", () => {
  test("is kept with the picture that the target then shows, and of one episode once", () => {
    const kept = withDerived(showing(1), [look(2, 9), look(1, 5)]);
    expect(kept.derived).toEqual([{ episode: 1, revision: 1, fingerprints: sealed(5) }]);
    expect(withDerived(kept, [look(1, 6)])).toBe(kept);
  });

  test("is not kept of what the target does not show, nor of a page", () => {
    for (const target of [showing(2), newTarget({ targetId: "t" })]) {
      expect(withDerived(target, [look(1, 5)])).toBe(target);
    }
  });

  test("is asked for at a first sight, and once another may take the place of what is gone", () => {
    const kept = withDerived(showing(1), [look(1, 5)]);
    expect([asksForDerived(showing(1)), asksForDerived(kept)]).toEqual([true, false]);
    expect(asksForDerived({ ...kept, phase: { is: "GONE", reason: "HTTP_GONE", goneTime: new Date(0) } })).toBe(true);
    expect(asksForDerived({ ...kept, episode: 2 })).toBe(true);
  });

  test("is told of nobody's decision, and of four episodes at most", () => {
    let target = showing(1);
    for (let episode = 1; episode <= 6; episode++) target = withDerived({ ...target, episode }, [look(1, episode)]);
    expect(target.derived?.map((one) => one.episode)).toEqual([3, 4, 5, 6]);
    expect(toDerived(target)).toBeUndefined();
  });
});

describe("given a person's decision", () => {
  const kept = withDerived(showing(1), [look(1, 5)]);

  test("that it is illegal, then it is told; taken back, that nothing is", () => {
    const told = decided(kept, 3, true);
    expect(toldEdits(told)).toEqual(["crop 5 %"]);
    const fallen = decided(told, 4, false);
    expect(toDerived(fallen)).toEqual({ contents: [] });
    expect(toldEdits(decided(fallen, 5, true))).toEqual(["crop 5 %"]);
  });

  test("that it is not, then nothing was ever told", () => {
    expect(toDerived(decided(kept, 3, false))).toBeUndefined();
  });

  test("of an older version, or of another episode, then nothing is new", () => {
    const told = decided(kept, 3, true);
    for (const version of [2, 3])
      expect(withDerives(told, { episode: 1, version, derives: false }, open)).toBeUndefined();
    expect(withDerives(told, { episode: 2, version: 9, derives: true }, open)).toBeUndefined();
  });

  test("then another episode's is told beside it", () => {
    const next = withDerived(showing(2, 2, { derived: decided(kept, 3, true).derived ?? [] }), [look(2, 7)]);
    const both = decided(next, 1, true, 2);
    expect(toldEdits(both)).toEqual(["crop 5 %", "crop 7 %"]);
    expect(toldEdits(decided(both, 4, false))).toEqual(["crop 7 %"]);
    expect([derivedFacts(next), derivedFacts(both)]).toEqual([[1], [1, 2]]);
  });

  test("in whatever order its versions come, then the newest counts", () => {
    const versions = fc.array(fc.record({ version: fc.integer({ min: 1, max: 9 }) }), { minLength: 1 });
    fc.assert(
      fc.property(versions, (events) => {
        const after = events.reduce((target, { version }) => decided(target, version, version % 2 === 0), kept);
        const newest = Math.max(...events.map(({ version }) => version));
        expect(derivedFacts(after)).toEqual(newest % 2 === 0 ? [1] : []);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countsFrom, isEnough, lifted, trippedBy, type Breaker, type BreakerPolicy } from "./breaker.ts";
import { keyOf, keysOf, subjectsOf } from "./subject.ts";

const noon = new Date("2026-03-01T12:00:00Z");
const later = (seconds: number) => new Date(noon.getTime() + seconds * 1000);
const sealed = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
const policy: BreakerPolicy = { windowMs: 1_000_000, reversals: 3, sharePercent: 2, providers: 3 };
const set = { kind: "set", name: "national" } as const;
const none = { reversals: 0, decisions: 0, providers: 0 };
const say = (by: string, seconds: number) => ({ by, time: later(seconds) });

function granted(outcome: ReturnType<typeof lifted>): Breaker {
  if ("refused" in outcome) throw new Error(outcome.detail);
  return outcome;
}

function trip(before: Breaker | undefined, counted: object, seconds = 0): Breaker {
  const after = trippedBy(before, set, { ...none, ...counted }, policy, later(seconds));
  if (after === undefined) throw new Error("not tripped");
  return after;
}

describe("given what was counted", () => {
  test.each([
    ["three of 150 taken back", { reversals: 3, decisions: 150 }, true],
    ["three of 151 taken back", { reversals: 3, decisions: 151 }, false],
    ["two of two taken back", { reversals: 2, decisions: 2 }, false],
    ["three providers dispute", { providers: 3 }, true],
    ["two providers dispute", { providers: 2 }, false],
  ])("when there are %s, it is enough: %s %s", (_, counted, isTripped) => {
    expect(isEnough({ ...none, ...counted }, policy)).toBe(isTripped);
    expect(trippedBy(undefined, set, { ...none, ...counted }, policy, noon) !== undefined).toBe(isTripped);
  });

  test("when it has tripped, nothing that is counted later changes it", () => {
    const tripped = trip(undefined, { providers: 3 });
    for (const counted of [none, { ...none, providers: 9 }]) {
      expect(trippedBy(tripped, set, counted, policy, later(9))).toBe(tripped);
    }
  });
});

describe("given a breaker that has tripped", () => {
  const tripped = trip(undefined, { reversals: 3, decisions: 9 });

  test("when two persons lift it, it is lifted, and what was before does not count again", () => {
    const asked = granted(lifted(tripped, sealed, say("assessor/ann", 5)));
    expect(asked.trip).toEqual(tripped.trip);
    expect(lifted(asked, sealed, say("operator/ann", 6))).toMatchObject({ refused: "SAME_PERSON" });
    const free = granted(lifted(asked, sealed, say("assessor/ben", 7)));
    expect([free.trip, free.lifting]).toEqual([undefined, undefined]);
    expect(free.lifts).toMatchObject([{ proposed: say("assessor/ann", 5), lifted: say("assessor/ben", 7) }]);
    expect(countsFrom(free, policy, later(10))).toEqual(later(7));
    expect(countsFrom(free, policy, later(1007))).toEqual(later(7));
    expect(countsFrom(free, policy, later(1008))).toEqual(later(8));
    expect(lifted(free, sealed, say("assessor/cy", 11))).toMatchObject({ refused: "WRONG_STATE" });
    expect(trip(free, { providers: 3 }, 20).lifts).toEqual(free.lifts);
  });

  test("when it stops a person, that one lifts it neither first nor second", () => {
    const own: Breaker = { ...tripped, subject: { kind: "person", name: "ann" } };
    expect(lifted(own, sealed, say("operator/ann", 5))).toMatchObject({ refused: "SAME_PERSON" });
    const asked = granted(lifted(own, sealed, say("assessor/ben", 5)));
    expect(lifted(asked, sealed, say("assessor/ann", 6))).toMatchObject({ refused: "SAME_PERSON" });
  });

  test("whoever says so in whatever order: never lifted by one person", () => {
    const person = fc.tuple(fc.constantFrom("assessor", "operator"), fc.constantFrom("ann", "ben", "cy"));
    fc.assert(
      fc.property(fc.array(fc.tuple(person, fc.integer({ min: 0, max: 900_000 })), { maxLength: 8 }), (words) => {
        let state = tripped;
        let seconds = 0;
        for (const [[kind, name], wait] of words) {
          const after = lifted(state, sealed, say(`${kind}/${name}`, (seconds += wait)));
          if ("refused" in after) continue;
          state = after;
          const { proposed, lifted: second } = state.lifts.at(-1) ?? {};
          if (state.trip === undefined) expect(proposed?.by.split("/")[1]).not.toBe(second?.by.split("/")[1]);
          else expect(state.lifts).toEqual([]);
        }
      }),
    );
  });
});

describe("given a decision", () => {
  const basis = (algorithm: string) =>
    `${algorithm} distance 0 of 0; set national, release release-1, entry entry-1, votes 2`;

  test.each([
    ["SHA256", "rule sha256"],
    ["MD5", "rule md5+sha1"],
    ["SHA1", "rule md5+sha1"],
    ["PDQ", "rule pdq"],
  ])("when a machine made it by %s, it is its set's and %s's", (algorithm, rule) => {
    const subjects = subjectsOf({ decidedBy: "machine", basis: basis(algorithm) });
    expect(keysOf(subjects)).toEqual({ by: "set national", rule });
  });

  test("when a person made it, it is that person's under every kind of identity", () => {
    const [one, other] = ["assessor/ann", "operator/ann"].map((decidedBy) => subjectsOf({ decidedBy, basis: "s. 4" }));
    expect(one?.map(keyOf)).toEqual(["person ann"]);
    expect(other).toEqual(one);
  });

  test("when a machine's basis cannot be read, it is nobody's", () => {
    expect(subjectsOf({ decidedBy: "machine", basis: "" })).toEqual([]);
  });
});

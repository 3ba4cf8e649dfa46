import fc from "fast-check";
import { expect, test } from "vitest";
import { daysAfter, daysUntil, identityLife, isDue, nextStep, type Life } from "./due.ts";

const start = new Date("2026-03-01T00:00:00Z");
const at = (days: number) => daysAfter(start, days);
const life = (from: number, until: number): Life => ({ from: at(from), until: at(until) });

test.each([
  [0, false],
  [59.9, false],
  [60, true],
  [89, true],
  [91, true],
])("an identity of 90 days is due on day %s: %s", (day, due) => {
  expect(isDue(life(0, 90), at(day))).toBe(due);
});

const first = life(0, 365);
const next = life(244, 609);
test.each([
  ["a young authority is left alone", [first], 200, "nothing"],
  ["with a third of its life left the next one is made", [first], 244, "prepare"],
  ["the next one does not sign while identities live that have not met it", [first, next], 333, "nothing"],
  ["it signs once every identity has met it", [first, next], 334, "change over"],
  ["it signs in the last week of the first, whoever has met it", [first, life(350, 715)], 358, "change over"],
  ["the last one stays trusted until it ends", [next, first], 364, "nothing"],
  ["what has ended is dropped", [next, first], 366, "drop"],
  ["one that ended without a successor has one made, which signs at once", [first], 366, "prepare"],
  ["and again", [first, life(366, 731)], 366, "change over"],
  ["where there is none, nothing is made", [], 1, "nothing"],
] as const)("%s", (_what, authorities, day, step) => {
  expect(nextStep(authorities, at(day))).toBe(step);
});

// What `advanceAuthority` does with the steps, without the files.
function advanced(given: readonly Life[], now: Date): readonly Life[] {
  let authorities = given;
  for (let steps = 0; ; steps++) {
    expect(steps).toBeLessThan(10);
    const [signing, ...rest] = authorities;
    const step = nextStep(authorities, now);
    if (signing === undefined || step === "nothing") return authorities;
    const follower = rest.find((one) => one.until > signing.until);
    if (step === "prepare") authorities = [...authorities, { from: now, until: daysAfter(now, 365) }];
    else if (step === "drop") authorities = [signing, ...rest.filter((one) => one.until > now)];
    else authorities = [...(follower ? [follower] : []), ...authorities.filter((one) => one !== follower)];
  }
}

test("looked at on any days, the signer is in force after each look and at most two are trusted", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.1, max: 500, noNaN: true }), { maxLength: 30 }), (pauses) => {
      let authorities: readonly Life[] = [first];
      let day = 0;
      for (const pause of pauses) {
        day += pause;
        authorities = advanced(authorities, at(day));
        expect(authorities[0]?.until.getTime()).toBeGreaterThan(at(day).getTime());
        expect(authorities.length).toBeLessThanOrEqual(2);
      }
    }),
  );
});

test("looked at daily, whoever was issued before the change has met the new signer: renewed at day 60 at the latest", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (issued) => {
      let authorities: readonly Life[] = [first];
      let trusted: readonly Life[] = [];
      let own = life(0, 0);
      for (let day = 0; day <= issued + 60; day++) {
        const signing = authorities[0] ?? first;
        if (day === issued || (day > issued && isDue(own, at(day)))) {
          [trusted, own] = [authorities, identityLife(signing, at(day))];
        }
        authorities = advanced(authorities, at(day));
        if (day >= issued) expect(trusted).toContainEqual(authorities[0]);
      }
    }),
    { numRuns: 200 },
  );
});

test("an identity ends no later than who signed it", () => {
  expect(identityLife(first, at(10))).toEqual(life(10, 100));
  expect(identityLife(first, at(300))).toEqual(life(300, 365));
});

test("days are whole, and below 0 once it has ended", () => {
  expect([daysUntil(at(30), at(0)), daysUntil(at(1), at(0.5)), daysUntil(at(0), at(0.5))]).toEqual([30, 0, -1]);
});

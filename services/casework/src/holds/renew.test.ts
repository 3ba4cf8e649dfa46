import { isSamePerson } from "@ntd/facts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { file, later, noon, reports } from "../../test/facts.ts";
import type { CaseFile } from "../cases/case.ts";
import type { Refusal } from "../refusal.ts";
import { heldByMark, heldByOfficer, heldByRule, released, withExpired, type CaseHold } from "./hold.ts";
import { renewed } from "./renew.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEK_MS = 7 * DAY * 1000;
const reason = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };

function granted(outcome: CaseFile | Refusal): CaseFile {
  if ("refused" in outcome) throw new Error(outcome.detail);
  return outcome;
}

const officers = granted(
  heldByOfficer(file(), { holdId: "h1", by: "police/pam", sinceTime: noon, expireTime: later(DAY), reason }),
);
const marks = heldByMark(file(), { holdId: "h1", by: "police/pam", markId: "mark-1" }, noon);
const only = (some: CaseFile): CaseHold => some.holds?.all[0] ?? expect.fail("no hold");
const renew = (some: CaseFile, by: string, days: number | undefined, hours = 1) => {
  const now = later(hours * HOUR);
  const until = days === undefined ? undefined : new Date(now.getTime() + days * DAY * 1000);
  return renewed(some, "h1", { by, until, now });
};

describe("a hold is renewed", () => {
  test("by another officer than who asked for it, or renewed it last", () => {
    expect(renew(officers, "police/pam", 2)).toMatchObject({ refused: "SAME_PERSON" });
    expect(renew(officers, "assessor/pam", 2)).toMatchObject({ refused: "SAME_PERSON" });
    const twice = granted(renew(officers, "police/pat", 2));
    expect(only(twice)).toMatchObject({ expireTime: later(2 * DAY + HOUR), renewals: [{ by: ["police/pat"] }] });
    expect(renew(twice, "police/pat", 3)).toMatchObject({ refused: "SAME_PERSON" });
    expect(only(granted(renew(twice, "police/pia", 3))).renewals).toHaveLength(2);
  });

  test("for a day if nothing is said, and never to an earlier end", () => {
    expect(only(granted(renew(officers, "police/pat", undefined))).expireTime).toEqual(later(DAY + HOUR));
    expect(renew(officers, "police/pat", 0.5)).toMatchObject({ refused: "WRONG_STATE" });
    expect(renew(officers, "police/pat", 1, 0)).toMatchObject({ refused: "WRONG_STATE" });
  });

  test("beyond seven days in all by two others, until the earlier of their times; one's word waits a day", () => {
    const long = granted(renew(officers, "police/pat", 7));
    expect(only(long)).toMatchObject({ expireTime: later(DAY), proposed: { by: "police/pat" } });
    expect(renew(long, "operator/pat", 7)).toMatchObject({ refused: "SAME_PERSON" });
    expect(renew(long, "police/pam", 7)).toMatchObject({ refused: "SAME_PERSON" });
    const done = granted(renew(long, "police/pia", undefined, 2));
    expect(only(done)).toMatchObject({
      expireTime: later(7 * DAY + HOUR),
      renewals: [{ by: ["police/pat", "police/pia"] }],
    });
    expect(only(done).proposed).toBeUndefined();
    expect(only(granted(renew(long, "police/pia", 8, 2)))).toMatchObject({ expireTime: later(7 * DAY + HOUR) });
    const lapsed = granted(renew(long, "police/pia", 7, 25));
    expect(only(lapsed)).toMatchObject({ expireTime: later(DAY), proposed: { by: "police/pia" } });
    expect(only(lapsed).proposed?.expireTime).toEqual(later(7 * DAY + 25 * HOUR));
  });

  test("of a mark always by two others", () => {
    const first = granted(renew(marks, "police/pat", 2));
    expect(only(first).expireTime).toEqual(later(DAY));
    expect(only(granted(renew(first, "police/pia", 2))).expireTime).toEqual(later(2 * DAY + HOUR));
  });

  test("also while it waits for a supervisor, but not once it is released, and not of a rule", () => {
    const waiting = withExpired({ ...officers, reports: reports({ lifeAtRisk: "said" }) }, later(DAY));
    const again = granted(renew(waiting, "police/pat", 1, 30));
    expect(only(again)).toMatchObject({ expireTime: later(54 * HOUR) });
    expect(only(again).waitsForSupervisor).toBeUndefined();
    const over = granted(released(officers, "h1", { by: "police/pat", reason, onlyWaiting: false }, noon));
    expect(renew(over, "police/pat", 1)).toMatchObject({ refused: "WRONG_STATE" });
    const rule = heldByRule(file(), { holdId: "h1", by: "known" }, 7_200_000, noon);
    expect(renew(rule, "police/pat", 1)).toMatchObject({ refused: "WRONG_STATE" });
    expect(renewed(officers, "another", { by: "police/pat", until: undefined, now: noon })).toMatchObject({
      refused: "WRONG_STATE",
    });
  });
});

const kinds = fc.constantFrom("police", "assessor");
const names = fc.constantFrom("pam", "pat", "pia", "pol");
const word = fc.record({
  kind: kinds,
  name: names,
  hours: fc.nat(40),
  days: fc.option(fc.integer({ min: 1, max: 7 })),
});

test("whoever says what when: never by who set it, nor twice in a row, and beyond seven days only by two others", () => {
  fc.assert(
    fc.property(fc.constantFrom(officers, marks), fc.array(word, { maxLength: 30 }), (start, words) => {
      let [some, now] = [start, noon];
      for (const { kind, name, hours, days } of words) {
        now = new Date(now.getTime() + hours * HOUR * 1000);
        const until = days === null ? undefined : new Date(now.getTime() + days * DAY * 1000);
        const wish = renewed(some, "h1", { by: `${kind}/${name}`, until, now });
        if (!("refused" in wish)) some = wish;
      }
      const { sinceTime, expireTime, renewals = [], cause } = only(some);
      let last = ["police/pam"];
      for (const { by, expireTime: end } of renewals) {
        const isLong = end.getTime() > sinceTime.getTime() + WEEK_MS || cause === "HOLD_CAUSE_MARK";
        if (isLong) expect(by).toHaveLength(2);
        if (by[1] !== undefined) expect(isSamePerson(by[0] ?? "", by[1])).toBe(false);
        for (const one of by) expect([...last, "police/pam"].some((other) => isSamePerson(one, other))).toBe(false);
        last = by;
      }
      if (renewals.length === 0) expect(expireTime).toEqual(only(start).expireTime);
    }),
  );
});

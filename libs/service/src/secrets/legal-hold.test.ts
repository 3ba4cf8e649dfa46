import { expect, test } from "vitest";
import { withHold, withoutHold, type LegalHold } from "./legal-hold.ts";
import { keyLives, keysDue } from "./retention.ts";
import type { SealingKey } from "./sealing-keys.ts";

const periods = { address: 84, contact: 4, words: 24 };
const keys: SealingKey[] = ["contact-2026-01", "contact-2026-02", "contact-2026-09"].map((id) => ({ id, key: "k" }));
const now = new Date("2026-10-05T00:00:00Z");
const hold: LegalHold = { reference: "court 7/26", reason: "trial", by: "ana", until: "2027-10-01T00:00:00Z" };
const held = withHold(keys, ["contact-2026-01"], hold, now);

test("a key under a legal hold outlives its period, the others do not", () => {
  expect(keysDue(keys, periods, now)).toEqual(["contact-2026-01"]);
  expect(keysDue(held, periods, now)).toEqual([]);
  expect(keyLives(held, periods, now)[0]).toMatchObject({ id: "contact-2026-01", state: "held" });
  expect(keysDue(held, periods, new Date("2027-06-01"))).toEqual(["contact-2026-02"]);
});

test("a hold ends by itself, and two of them one by one", () => {
  expect(keysDue(held, periods, new Date("2027-10-02"))).toContain("contact-2026-01");
  const both = withHold(held, ["contact-2026-01"], { ...hold, reference: "police 1" }, now);
  const left = withoutHold(both, "court 7/26", "ben");
  expect(keysDue(left, periods, now)).toEqual([]);
  expect(withoutHold(left, "police 1", "ben")).toEqual(keys);
});

test("said again under its reference it is longer, not twice", () => {
  const longer = withHold(held, ["contact-2026-01"], { ...hold, until: "2028-01-01T00:00:00Z" }, now);
  expect(longer[0]?.holds).toEqual([{ ...hold, until: "2028-01-01T00:00:00Z" }]);
});

test("who set it does not lift it, and what is erased cannot be held", () => {
  expect(() => withoutHold(held, "court 7/26", "ana")).toThrow(expect.objectContaining({ reason: "SAME_PERSON" }));
  expect(() => withoutHold(held, "court 8/26", "ben")).toThrow(expect.objectContaining({ reason: "NOT_FOUND" }));
  expect(() => withHold(keys, ["contact-2025-12"], hold, now)).toThrow(/contact-2025-12/);
  expect(() => withHold(keys, [], hold, now)).toThrow(expect.objectContaining({ reason: "NOT_FOUND" }));
});

test("one person makes no hold shorter, nor one that is over when it begins", () => {
  const again = (until: string, by = "ben") => withHold(held, ["contact-2026-01"], { ...hold, by, until }, now);
  for (const by of ["ana", "ben"])
    expect(() => again("2027-09-30T00:00:00Z", by)).toThrow(/until: is before 2027-10-01/);
  expect(() => again("2026-10-05T00:00:00Z")).toThrow(/until: is past/);
  expect(again(hold.until)[0]?.holds).toEqual([{ ...hold, by: "ben" }]);
  // Of another reference it is a hold of its own, which takes nothing from this one.
  const other = { ...hold, reference: "police 1", until: "2026-11-01T00:00:00Z" };
  expect(withHold(held, ["contact-2026-01"], other, now)[0]?.holds).toHaveLength(2);
});

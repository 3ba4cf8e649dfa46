import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseData } from "../config/data-file.ts";
import { keyLives, keysDue, readPeriods, type Periods } from "./retention.ts";
import { sealingClasses, sealingId } from "./sealing-keys.ts";

const periods: Periods = { address: 84, contact: 4, words: 24 };
const lives = (now: string, ...ids: string[]) =>
  Object.fromEntries(keyLives(named(ids), periods, new Date(now)).map(({ id, state }) => [id, state]));

test("the file that comes with the platform is read", () => {
  const file = join(import.meta.dirname, "../../../../deploy/retention.yaml");
  expect(parseData(readFileSync(file, "utf8"), "retention.yaml", readPeriods)).toEqual(periods);
});

test.each([
  ["months: {address: 84, contact: 4}", "months.words is missing"],
  ["months: {address: 84, contact: 4, words: 24, photos: 1}", "months.photos is unknown"],
  ["months: {address: 11, contact: 4, words: 24}", "months.address is 11, and no whole number from 12"],
  ["months: {address: 84, contact: 2, words: 24}", "months.contact is 2, and no whole number from 3"],
  ["months: {address: 84, contact: 4, words: 24.5}", "months.words is 24.5"],
  ["months: {address: 7 years, contact: 4, words: 24}", 'months.address is "7 years"'],
  ["months: 84", "months"],
  ["{}", "months"],
])("%s is refused", (text, fault) => {
  expect(() => parseData(text, "retention.yaml", readPeriods)).toThrow(fault);
});

test("a key is due its class's period after the next one began, to the day", () => {
  const keys = ["contact-2026-05", "contact-2026-06", "words-2026-05", "words-2026-06"];
  expect(lives("2026-09-30T23:59:59Z", ...keys)["contact-2026-05"]).toBe("kept");
  expect(lives("2026-10-01T00:00:00Z", ...keys)).toEqual({
    "contact-2026-05": "due",
    "contact-2026-06": "in use",
    "words-2026-05": "kept",
    "words-2026-06": "in use",
  });
});

test("a key that was followed late sealed until then", () => {
  const keys = ["contact-2020-01", "contact-2026-10", "contact-2027-01"];
  expect(lives("2026-11-15T00:00:00Z", ...keys)).toEqual({
    "contact-2020-01": "kept",
    "contact-2026-10": "in use",
    "contact-2027-01": "to come",
  });
  expect(lives("2036-11-15T00:00:00Z", "contact-2020-01")).toEqual({ "contact-2020-01": "in use" });
});

test("a key of every class is kept as long as the longest class that it sealed for", () => {
  const keys = ["2026-05", "address-2026-07", "contact-2026-06"];
  // Words are sealed with it to this day.
  expect(lives("2040-01-01T00:00:00Z", ...keys)["2026-05"]).toBe("in use");
  expect(lives("2033-06-30T00:00:00Z", ...keys, "words-2026-06")["2026-05"]).toBe("kept");
  expect(lives("2033-07-01T00:00:00Z", ...keys, "words-2026-06")["2026-05"]).toBe("due");
  // It came when each class had its own already.
  const late = ["2026-05", "address-2026-01", "contact-2026-01", "words-2026-01"];
  expect(lives("2033-05-01T00:00:00Z", ...late)["2026-05"]).toBe("due");
});

test("what legal holds of cases keep is past no period", () => {
  const keys = ["held-2020-01", "held-2020-02", "address-2020-01", "address-2020-02"];
  expect(lives("2040-01-01T00:00:00Z", ...keys)).toEqual({
    "held-2020-01": "held",
    "held-2020-02": "held",
    "address-2020-01": "due",
    "address-2020-02": "in use",
  });
});

const named = (ids: readonly string[]) => ids.map((id) => ({ id }));

const month = fc.integer({ min: 2020 * 12, max: 2032 * 12 });
const told = (n: number) => `${Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, "0")}`;
const start = (n: number) => new Date(Date.UTC(Math.floor(n / 12), n % 12, 1));
const id = fc.tuple(fc.constantFrom("", "address-", "contact-", "words-"), month).map(([of, n]) => of + told(n));
const ids = fc.uniqueArray(id, { maxLength: 12 });
const anyPeriods = fc.record({
  address: fc.integer({ min: 12, max: 120 }),
  contact: fc.integer({ min: 3, max: 24 }),
  words: fc.integer({ min: 12, max: 60 }),
});

test("no text is erased before its period, whatever keys there are", () => {
  fc.assert(
    fc.property(ids, anyPeriods, month, month, fc.constantFrom(...sealingClasses), (keys, kept, a, b, of) => {
      const [sealed, now] = [Math.min(a, b), Math.max(a, b)];
      const key = sealingId(keys.toSorted(), of, told(sealed));
      if (key === undefined || !keysDue(named(keys), kept, start(now)).includes(key)) return;
      expect(sealed + kept[of]).toBeLessThan(now);
    }),
  );
});

test("no key is erased with which something is sealed now, and in the end every other is", () => {
  fc.assert(
    fc.property(ids, anyPeriods, month, (keys, kept, now) => {
      const used = sealingClasses.map((of) => sealingId(keys.toSorted(), of, told(now)));
      expect(keysDue(named(keys), kept, start(now)).filter((key) => used.includes(key))).toEqual([]);
      const end = 2200 * 12;
      const last = sealingClasses.map((of) => sealingId(keys.toSorted(), of, told(end)));
      expect(keysDue(named(keys), kept, start(end))).toEqual(keys.filter((key) => !last.includes(key)).toSorted());
    }),
  );
});

import { readFileSync } from "node:fs";
import { parseData } from "@ntd/service";
import { expect, test } from "vitest";
import { defaultCheckRates, ratesOf, readCheckRates } from "./check-rates.ts";

const read = (text: string) => parseData(text, "quotas.yaml", readCheckRates);

test("a platform has its own rates, else those of all, and what a file leaves out is as it is by default", () => {
  const rates = read("checked_hashes: { per_minute: 7, identities: { industry/big: { per_day: 9 } } }\nconnections: 5");
  expect(ratesOf(rates, "industry/one")).toEqual({ ...defaultCheckRates.everybody, perMinute: 7 });
  expect(ratesOf(rates, "industry/big")).toEqual({ ...defaultCheckRates.everybody, perMinute: 7, perDay: 9 });
  expect(read("{}")).toEqual(defaultCheckRates);
});

test("what holds a platform can be said never to, by name alone", () => {
  const rates = read("checked_hashes: { hold_known: never, identities: { industry/a: { hold_neighbours: never } } }");
  expect(ratesOf(rates, "industry/b")).toEqual({ ...defaultCheckRates.everybody, holdKnown: 0 });
  expect(ratesOf(rates, "industry/a")).toMatchObject({ holdKnown: 0, holdNeighbours: 0, holdKnownShare: 1000 });
  const text = "checked_hashes: { hold_known: 0, hold_neighbours: 4001, per_day: never, alarm_known_percent: 101 }";
  for (const place of [
    'hold_known is "0", and no whole number from 1 up, nor "never"',
    'hold_neighbours is "4001", and no whole number from 1 to 4000, nor "never"',
    'per_day is "never", and no whole number from 1 up',
    'alarm_known_percent is "101", and no whole number from 1 to 100',
  ])
    expect(() => read(text)).toThrow(place);
});

test("every fault is named at once, with its place, and names nobody", () => {
  const text = "checked_hashes: { per_minute: 0, per_hour: 1, identities: { jane: {}, industry/a: { per_day: 1.5 } } }";
  const places = [
    'per_minute is "0", and no whole number from 1 up',
    "checked_hashes.per_hour is unknown",
    "identities[0] is no identity",
    "identities[1].per_day",
  ];
  for (const place of places) expect(() => read(text)).toThrow(place);
  expect(() => read(text)).not.toThrow("jane");
});

test("the file that comes with the platform says what holds without it", () => {
  const file = new URL("../../../../deploy/quotas.yaml", import.meta.url);
  expect(read(readFileSync(file, "utf8"))).toEqual(defaultCheckRates);
});

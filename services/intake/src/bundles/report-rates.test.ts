import { readFileSync } from "node:fs";
import { parseData } from "@ntd/service";
import { expect, test } from "vitest";
import { defaultRates, perMinute, readReportRates } from "./report-rates.ts";

const read = (text: string) => parseData(text, "quotas.yaml", readReportRates);
const sender = (name: string, channel: string) =>
  `${encodeURIComponent(`spiffe://ntd.example/reporter/${name}`)} ${channel}`;

test("a sender has their own rate, else that of the channel; police have none", () => {
  const rates = read("reports_per_minute: { public: 7, identities: { reporter/portal: 900 } }\nconnections: 5");
  expect(perMinute(rates, sender("one", "CHANNEL_PUBLIC"))).toBe(7);
  expect(perMinute(rates, sender("portal", "CHANNEL_PUBLIC"))).toBe(900);
  expect(perMinute(rates, sender("one", "CHANNEL_INDUSTRY"))).toBe(defaultRates.channels["CHANNEL_INDUSTRY"]);
  expect(perMinute(rates, sender("one", "CHANNEL_POLICE"))).toBe(Infinity);
  expect(read("{}")).toEqual(defaultRates);
});

test("every fault is named at once, with its place", () => {
  const text = `
reports_per_minute: { public: 0, police: 3, industry: many, identities: { one: 5, reporter/a: 1.5 } }`;
  expect(() => read(text)).toThrow(/reports_per_minute\.public is "0", and no whole number from 1 up/);
  for (const place of ["police", "industry is", "identities[0] is no identity", "identities[1] is"]) {
    expect(() => read(text)).toThrow(place);
  }
});

test("the file that comes with the platform says what holds without it", () => {
  const file = new URL("../../../../deploy/quotas.yaml", import.meta.url);
  expect(read(readFileSync(file, "utf8"))).toEqual(defaultRates);
});

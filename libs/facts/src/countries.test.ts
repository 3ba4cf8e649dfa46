import { parseData } from "@ntd/service";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countriesIn, isBaseline, NO_COUNTRIES, wayOf } from "./countries.ts";

const read = (text: string) => parseData(text, "countries.yaml", countriesIn);
const classification = (scheme: string, code: string) => ({ scheme, version: "1", code });

test("a country goes its own way, or the way of those that are not named", () => {
  const policy = read("default: police\ncountries:\n  NL: hotline\n  NO: direct\n");
  expect(["NL", "NO", "DE", ""].map((country) => wayOf(policy, country))).toEqual([
    "hotline",
    "direct",
    "police",
    "police",
  ]);
  expect(wayOf(NO_COUNTRIES, "NL")).toBe("direct");
  expect(wayOf(read("countries: {}"), "NL")).toBe("direct");
});

test("what all agree on is told by scheme and code, and without a word of it nothing is", () => {
  const policy = read("baseline:\n  interpol-baseline: [BASELINE]\n");
  expect(isBaseline(policy, [classification("ECPAT", "3"), classification("interpol-baseline", "BASELINE")])).toBe(
    true,
  );
  expect(isBaseline(policy, [classification("ECPAT", "BASELINE"), classification("interpol-baseline", "OTHER")])).toBe(
    false,
  );
  expect(isBaseline(policy, [])).toBe(false);
  expect(isBaseline(NO_COUNTRIES, [classification("interpol-baseline", "BASELINE")])).toBe(false);
});

test("every fault of a file is named", () => {
  const bad = "default: mail\ncountries:\n  nl: hotline\n  DE: fax\nbaseline:\n  ECPAT: [1]\nrest: 1\n";
  expect(() => read(bad)).toThrow(
    /rest is unknown; it takes default, countries, baseline[^]*default is "mail"[^]*countries.nl is no country[^]*countries.DE is "fax"[^]*baseline.ECPAT\[0\]/,
  );
});

test("the file that is deployed can be read", () => {
  const file = join(import.meta.dirname, "../../../deploy/policy/countries.yaml");
  expect(read(readFileSync(file, "utf8")).otherwise).toBe("direct");
});

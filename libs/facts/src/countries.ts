import type { Classification } from "@ntd/proto/common/v1/common";
import { entriesIn, fieldsIn, itemsIn, shown, textIn, type DataReader, type Fault } from "@ntd/service";

/**
 * What becomes of material that is hosted in another country where no provider is known: its hotline is to be told, or
 * police there through ours, or a person looks for the host.
 */
export type Way = "hotline" | "police" | "direct";

/** What a file says of other countries. */
export interface CountryPolicy {
  ways: ReadonlyMap<string, Way>;
  /** Of a country that is not named. */
  otherwise: Way;
  /** Codes, by scheme, of what all countries agree is illegal. */
  baseline: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Without a file: a person looks for the host, and nothing is said to be illegal by the law of others. */
export const NO_COUNTRIES: CountryPolicy = { ways: new Map(), otherwise: "direct", baseline: new Map() };

export function wayOf({ ways, otherwise }: CountryPolicy, country: string): Way {
  return ways.get(country) ?? otherwise;
}

/** One of the classifications is among those that all countries agree on. No more is claimed than somebody said. */
export function isBaseline({ baseline }: CountryPolicy, classifications: readonly Classification[]): boolean {
  return classifications.some(({ scheme, code }) => baseline.get(scheme)?.has(code) ?? false);
}

/** `{default: direct, countries: {NL: hotline, XX: police}, baseline: {interpol-baseline: [BASELINE]}}`; all may be left out. */
export const countriesIn: DataReader<CountryPolicy> = (data, fault) => {
  const entries = fieldsIn(data, "", fault, ["default", "countries", "baseline"]);
  const countries = entriesIn(entries.get("countries") ?? {}, "countries", fault);
  const baseline = entriesIn(entries.get("baseline") ?? {}, "baseline", fault);
  return {
    otherwise: wayIn(entries.get("default") ?? "direct", "default", fault),
    ways: new Map(
      countries.map(([country, way]) => {
        if (!/^[A-Z]{2}$/.test(country)) fault(`countries.${country}`, "is no country in two capital letters");
        return [country, wayIn(way, `countries.${country}`, fault)];
      }),
    ),
    baseline: new Map(baseline.map(([scheme, codes]) => [scheme, codesIn(codes, `baseline.${scheme}`, fault)])),
  };
};

function wayIn(data: unknown, at: string, fault: Fault): Way {
  if (data === "hotline" || data === "police" || data === "direct") return data;
  fault(at, `is ${shown(data)}, and none of hotline, police, direct`);
  return "direct";
}

function codesIn(data: unknown, at: string, fault: Fault): ReadonlySet<string> {
  return new Set(itemsIn(data, at, fault).map((code, index) => textIn(code, `${at}[${index}]`, fault, 100)));
}

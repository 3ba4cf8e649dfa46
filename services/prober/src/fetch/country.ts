import { shown } from "@ntd/service";

/** Where nobody said which country it is. */
export const UNKNOWN = "ZZ";

/** Why a text is no country; undefined when it is one. */
export function countryFault(text: string): string | undefined {
  const known = /^[A-Z]{2}$/.test(text) && (text === UNKNOWN || regions.of(text) !== undefined);
  if (!known) return `${shown(text)} is no country such as NL (ISO 3166-1, two capital letters)`;
  const { region } = new Intl.Locale("und", { region: text });
  return region === text ? undefined : `${shown(text)} is written ${region} in ISO 3166-1`;
}

const regions = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

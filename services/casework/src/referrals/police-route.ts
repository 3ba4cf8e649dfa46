import { wayOf, type CountryPolicy } from "@ntd/facts";
import type { ReferralRules } from "./referral.ts";

/** Police are told of what is hosted in a country of which the data says so; never of ours for that. */
export function policeRoutes(countries: { readonly value: CountryPolicy }, homeCountry: string): ReferralRules {
  return {
    isPoliceRoute: (country) => country !== homeCountry && wayOf(countries.value, country) === "police",
  };
}

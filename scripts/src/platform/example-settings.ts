import { deployed } from "./deployed.ts";
import { exampleSchemes, withSchemes } from "./example-schemes.ts";
import type { Settings } from "./platform.ts";

/** Where the example is: its country decides what is hosted here and what is abroad. */
const HOME_COUNTRY = "MY";

/**
 * The settings of a platform on which all can be tried that comes with it as an example: police first, countries, reporters
 * whom the hotline knows, answers of hotlines abroad, two supervisors. What is given stays as it is; "" switches it off.
 */
export function withExamples(given: Settings = {}): Settings & { casework: Record<string, string> } {
  const { casework, takedown, hashlists, intake, "hotline-link": link } = given;
  const countries = { HOME_COUNTRY, COUNTRIES_FILE: deployed("policy/countries.yaml") };
  const police = { POLICE_FIRST_FILE: deployed("policy/police-first.yaml"), SUPERVISORS: "sam,sue" };
  // Who tries it is often alone.
  const alone = { SECOND_REVIEW: "none" };
  return {
    ...given,
    casework: withSchemes({ ...countries, ...police, ...alone, ...casework }),
    takedown: { ...countries, ...exampleSchemes(), ...takedown },
    hashlists: { ...exampleSchemes(), ...hashlists },
    intake: { REPORTERS_FILE: deployed("reporters.yaml"), ...intake },
    "hotline-link": { ANSWERS_FILE: deployed("hotlines/answers-example.json"), ...link },
  };
}

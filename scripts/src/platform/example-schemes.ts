import { deployed } from "./deployed.ts";

/** The setting of services that only read them. */
export function exampleSchemes(): Record<string, string> {
  return { SCHEMES_DIR: deployed("schemes") };
}

/** The settings of casework, with the schemes that come with the platform where none are named; "" checks no code. */
export function withSchemes(given: Record<string, string> = {}): Record<string, string> {
  return "SCHEMES_DIR" in given ? given : { ...exampleSchemes(), NATIONAL_SCHEME: "national-example", ...given };
}

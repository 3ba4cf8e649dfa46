import { deployed } from "./deployed.ts";

/** The settings of casework, with the schemes that come with the platform where none are named; "" checks no code. */
export function withSchemes(given: Record<string, string> = {}): Record<string, string> {
  return "SCHEMES_DIR" in given
    ? given
    : { SCHEMES_DIR: deployed("schemes"), NATIONAL_SCHEME: "national-example", ...given };
}

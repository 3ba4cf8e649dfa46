import { readFileSync } from "node:fs";

/** The release that runs, as the repository's own package.json says. */
export function releaseVersion(): string {
  const file = new URL("../../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

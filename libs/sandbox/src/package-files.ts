import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * What must be readable so that a module in `folder` can import packages of these names: their folders, the links that
 * lead to them, and all that they depend on. Optional dependencies that are not there are left out.
 *
 * @throws Error when a package or one that it depends on is not installed.
 */
export function packageFiles(names: readonly string[], folder: string): string[] {
  const found = new Set<string>();
  for (const name of names) collect(name, folder, found, true);
  return [...found];
}

function collect(name: string, from: string, found: Set<string>, required: boolean): void {
  const place = installed(name, from);
  if (place === undefined) {
    if (required) throw new Error(`The package ${name} is not installed; run npm ci.`);
    return;
  }
  if (found.has(place)) return;
  found.add(place);
  const real = realpathSync(place);
  found.add(real);
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(real, "package.json"), "utf8"),
  ) as Record<"dependencies" | "optionalDependencies", Record<string, string> | undefined>;
  for (const next of Object.keys(optionalDependencies)) collect(next, real, found, false);
  for (const next of Object.keys(dependencies)) {
    if (!Object.hasOwn(optionalDependencies, next)) collect(next, real, found, true);
  }
}

// As Node looks for it: in each node_modules from the folder upwards.
function installed(name: string, from: string): string | undefined {
  const place = join(from, "node_modules", name);
  if (existsSync(place)) return place;
  return dirname(from) === from ? undefined : installed(name, dirname(from));
}

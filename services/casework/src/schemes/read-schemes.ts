import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseData, Problem, shown } from "@ntd/service";
import { schemeIn, type Schemes } from "./schemes.ts";

/**
 * The schemes in the files of a folder.
 *
 * @param dir "": there are none, and no code is checked.
 * @throws Problem CONFIG_INVALID naming the faults of a file, or a national scheme that is not there.
 */
export function readSchemes(dir: string, national: string): Schemes {
  const files = dir === "" ? [] : filesIn(dir);
  const all = files.map((name) => parseData(readFileSync(join(dir, name), "utf8"), name, schemeIn));
  const names = all.map(({ scheme, version }) => JSON.stringify([scheme, version]));
  if (new Set(names).size < names.length) {
    throw new Problem("CONFIG_INVALID", "CASEWORK_SCHEMES_DIR has two files of one scheme and version; remove one.");
  }
  const isThere = all.some(({ scheme, codes }) => scheme === national && codes.some(({ isIllegal }) => isIllegal));
  if (national !== "" && !isThere) {
    const said = `CASEWORK_NATIONAL_SCHEME ${shown(national)} is no scheme in CASEWORK_SCHEMES_DIR with a code for what is illegal.`;
    throw new Problem("CONFIG_INVALID", said);
  }
  return { all, national };
}

function filesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => /\.ya?ml$/.test(name))
      .toSorted();
  } catch (cause) {
    throw new Problem("CONFIG_INVALID", "CASEWORK_SCHEMES_DIR is no folder that can be read.", { cause });
  }
}

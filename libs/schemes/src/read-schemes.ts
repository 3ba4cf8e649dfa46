import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseData, Problem, shown, type DataReader } from "@ntd/service";
import { mappingsIn, type Neighbour } from "./mapping.ts";
import { schemeIn } from "./scheme.ts";
import { keyOf, Schemes } from "./schemes.ts";

/** What codes say of each other stands in files of this folder beside the schemes. */
const CROSSWALK = "crosswalk";

/**
 * The schemes in the files of a folder, and what their codes say of each other.
 *
 * @param dir "": there are none, and no code is checked.
 * @param service whose settings name it, for example "CASEWORK".
 * @throws Problem CONFIG_INVALID naming the faults of all files, or a national scheme that is not there.
 */
export function readSchemes(dir: string, national: string, service: string): Schemes {
  const faults: string[] = [];
  const setting = `${service}_SCHEMES_DIR`;
  const all = filesIn(dir, setting).flatMap((name) => readFile(join(dir, name), name, schemeIn, faults) ?? []);
  const walks = filesIn(dir, setting, CROSSWALK).map((name) => `${CROSSWALK}/${name}`);
  const neighbours = walks.flatMap((name) => readFile(join(dir, name), name, mappingsIn, faults) ?? []);
  const names = all.map(({ scheme, version }) => JSON.stringify([scheme, version]));
  if (new Set(names).size < names.length)
    faults.push(`${setting} has two files of one scheme and version; remove one.`);
  const isThere = all.some(({ scheme, codes }) => scheme === national && codes.some(({ isIllegal }) => isIllegal));
  if (national !== "" && !isThere) {
    const what = `is no scheme in ${setting} with a code for what is illegal.`;
    faults.push(`${service}_NATIONAL_SCHEME ${shown(national)} ${what}`);
  }
  const schemes = new Schemes(all, national, neighbours);
  // Of a file that could not be read nothing is known: what names its codes is not wrong for that.
  if (faults.length === 0) faults.push(...neighbourFaults(schemes).map((fault) => `${setting}/${CROSSWALK}: ${fault}`));
  if (faults.length > 0) throw new Problem("CONFIG_INVALID", faults.join("\n"));
  return schemes;
}

function readFile<T>(path: string, name: string, read: DataReader<T>, faults: string[]): T | undefined {
  try {
    return parseData(readFileSync(path, "utf8"), name, read);
  } catch (error) {
    faults.push(error instanceof Problem ? error.message : `${name} cannot be read.`);
    return undefined;
  }
}

function filesIn(dir: string, setting: string, below = ""): string[] {
  if (dir === "") return [];
  try {
    return readdirSync(join(dir, below), { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name))
      .map(({ name }) => name)
      .toSorted();
  } catch (cause) {
    if (below !== "" && (cause as { code?: unknown }).code === "ENOENT") return [];
    throw new Problem("CONFIG_INVALID", `${setting} is no folder that can be read.`, { cause });
  }
}

/** What is wrong with what codes say of each other, all schemes taken together. */
function neighbourFaults(schemes: Schemes): string[] {
  const said = new Map<string, Neighbour>();
  const faults: string[] = [];
  for (const one of schemes.neighbours) {
    const [from, to] = [keyOf(one.of), keyOf(one.neighbour)];
    const nowhere = [one.of, one.neighbour].filter((code) => schemes.codeOf(code) === undefined).map(keyOf);
    faults.push(...nowhere.map((name) => `${name} is no code of any scheme`));
    if (isSameScheme(one)) faults.push(`${from} to ${to} stays within one scheme and version`);
    if (said.has(`${from} ${to}`)) faults.push(`${from} to ${to} is said twice`);
    const back = said.get(`${to} ${from}`);
    if (back !== undefined && CONVERSE[back.relation] !== one.relation) {
      faults.push(`${from} to ${to} says something else than ${to} to ${from}`);
    }
    said.set(`${from} ${to}`, one);
  }
  return faults;
}

function isSameScheme({ of, neighbour }: Neighbour): boolean {
  return of.scheme === neighbour.scheme && of.version === neighbour.version;
}

const CONVERSE: Partial<Record<Neighbour["relation"], Neighbour["relation"]>> = {
  CLASSIFICATION_RELATION_EQUAL: "CLASSIFICATION_RELATION_EQUAL",
  CLASSIFICATION_RELATION_NARROWER: "CLASSIFICATION_RELATION_BROADER",
  CLASSIFICATION_RELATION_BROADER: "CLASSIFICATION_RELATION_NARROWER",
  CLASSIFICATION_RELATION_RELATED: "CLASSIFICATION_RELATION_RELATED",
};

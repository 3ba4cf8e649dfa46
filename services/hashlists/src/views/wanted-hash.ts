import { filmValue, readFilmText } from "@ntd/imagehash/films";
import { Problem, shown, type FieldFault } from "@ntd/service";
import { entryIds } from "../entries/entry-id.ts";
import { hashStart } from "../formats/empty-hash.ts";
import { ALGORITHMS, lengthFault, type AlgorithmName } from "../formats/entry-line.ts";

/** What somebody looks for, and the keys of the entries that it may be. */
export interface WantedHash {
  hash: string;
  keys: string[];
}

export const MOST_HASHES = 100;

/**
 * Hashes as people have them: hex in either case, with the name of the algorithm and a colon before it or not.
 *
 * @throws Problem FIELD_INVALID naming every fault; of a hash it shows the beginning.
 */
export function wantedHashes(setId: string, hashes: readonly string[]): WantedHash[] {
  if (hashes.length === 0 || hashes.length > MOST_HASHES) {
    const description = `names ${hashes.length}; at least 1, at most ${MOST_HASHES}`;
    throw Problem.fields({ field: "hashes", description });
  }
  const idOf = entryIds(setId);
  const faults: FieldFault[] = [];
  const wanted = hashes.map((hash, nth) => {
    const read = readHash(hash);
    if ("problem" in read) {
      faults.push({ field: `hashes[${nth}]`, description: read.problem });
      return { hash, keys: [] };
    }
    const keys = read.algorithms.map((name) => Buffer.from(idOf(name, read.hex)).toString("latin1"));
    return { hash, keys };
  });
  if (faults.length > 0) throw Problem.fields(...faults);
  return wanted;
}

function readHash(hash: string): { algorithms: AlgorithmName[]; hex: string } | { problem: string } {
  const text = hash.trim().toLowerCase();
  const [, word = "", behind = ""] = /^([a-z0-9-]{3,14}):(.+)$/.exec(text) ?? [];
  const named = ALGORITHMS.get(word.replace("-", ""));
  const value = (named === undefined ? text : behind).trim();
  if (named === "VPDQ" || (named === undefined && value.includes(":"))) return readFilm(value);
  if (!/^[0-9a-f]+$/.test(value)) return { problem: `${hashStart(value)} is no hash in hex digits` };
  if (named !== undefined) {
    const problem = lengthFault(named, value.length / 2);
    return problem === undefined ? { algorithms: [named], hex: value } : { problem: `${hashStart(value)} ${problem}` };
  }
  const algorithms = [...ALGORITHMS.values()].filter((name) => name !== "VPDQ" && isAsLong(name, value));
  if (algorithms.length > 0) return { algorithms, hex: value };
  return { problem: `${hashStart(value)} has ${value.length} hex digits; a hash has 32, 40 or 64` };
}

function isAsLong(name: AlgorithmName, hex: string): boolean {
  return lengthFault(name, hex.length / 2) === undefined;
}

function readFilm(text: string): { algorithms: AlgorithmName[]; hex: string } | { problem: string } {
  const read = readFilmText(text);
  if ("frames" in read) return { algorithms: ["VPDQ"], hex: Buffer.from(filmValue(read.frames)).toString("hex") };
  return { problem: `${shown(text.slice(0, 8))}… is no film: it ${read.problem}` };
}

import { readFile } from "node:fs/promises";
import { filmValue, readFilmText } from "@ntd/imagehash/films";
import { Algorithm, type Fingerprint } from "@ntd/proto/common/v1/common";
import { isUuid } from "@ntd/service";
import { UsageError } from "../../../cli/failure.ts";
import { algorithmNamed, typedHash } from "../../../cli/typed-hash.ts";

/** An entry of a list by its id or its fingerprint, and what named it so. */
export type NamedEntry = { where: string } & ({ id: string } | { fingerprint: Fingerprint });

const MOST_NAMED = 20;

/**
 * Reads a file with an entry a line: its id, or `algorithm,value` and whatever follows, so that lines of a list serve as
 * they are, its header too. Blank lines are passed over.
 *
 * @throws UsageError naming the lines that are neither, the first twenty of many.
 */
export async function readRevokeFile(file: string): Promise<NamedEntry[]> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new UsageError(`cannot read ${file}; name a file that is there`, { cause });
  });
  const wrong: string[] = [];
  const entries = text.split("\n").flatMap((raw, i): NamedEntry[] => {
    const [first = "", text = ""] = raw.split(",").map((field) => field.trim());
    const where = `${file} line ${i + 1}`;
    if (raw.trim() === "" || (i === 0 && first === "algorithm")) return [];
    if (isUuid(first)) return [{ where, id: first }];
    const fingerprint = fingerprintOf(first, text);
    if (fingerprint !== undefined) return [{ where, fingerprint }];
    wrong.push(String(i + 1));
    return [];
  });
  if (wrong.length === 0) return entries;
  const lines = `line${wrong.length === 1 ? "" : "s"} ${wrong.slice(0, MOST_NAMED).join(", ")}`;
  const others = wrong.length > MOST_NAMED ? ` and ${wrong.length - MOST_NAMED} more` : "";
  throw new UsageError(`${file} ${lines}${others}: neither an entry id nor algorithm,value as in a list`);
}

function fingerprintOf(word: string, text: string): Fingerprint | undefined {
  if (algorithmNamed(word) === Algorithm.VPDQ) {
    const read = readFilmText(text);
    return "frames" in read ? { algorithm: Algorithm.VPDQ, value: filmValue(read.frames), quality: 0 } : undefined;
  }
  const hash = word === "" ? undefined : typedHash(`${word},${text}`, {});
  return hash === undefined || hash.quality !== undefined ? undefined : { ...hash, quality: 0 };
}

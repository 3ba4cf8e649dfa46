import { readFile } from "node:fs/promises";
import { filmValue, readFilmText } from "@ntd/imagehash/films";
import { Algorithm, type Fingerprint } from "@ntd/proto/common/v1/common";
import { isUuid } from "@ntd/service";
import { UsageError } from "../../../cli/failure.ts";
import { wordOf } from "../../../cli/words.ts";

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
    const word = first.toLowerCase().replaceAll("-", "");
    const algorithm = Object.values(Algorithm).find((value) => word !== "" && wordOf(Algorithm, value) === word);
    const value = algorithm && valueOf(algorithm, text);
    if (algorithm === undefined || value === undefined) {
      wrong.push(String(i + 1));
      return [];
    }
    return [{ where, fingerprint: { algorithm, value, quality: 0 } }];
  });
  if (wrong.length === 0) return entries;
  const lines = `line${wrong.length === 1 ? "" : "s"} ${wrong.slice(0, MOST_NAMED).join(", ")}`;
  const others = wrong.length > MOST_NAMED ? ` and ${wrong.length - MOST_NAMED} more` : "";
  throw new UsageError(`${file} ${lines}${others}: neither an entry id nor algorithm,value as in a list`);
}

function valueOf(algorithm: Algorithm, text: string): Uint8Array | undefined {
  if (algorithm === Algorithm.VPDQ) {
    const read = readFilmText(text);
    return "frames" in read ? filmValue(read.frames) : undefined;
  }
  return /^([0-9a-f]{2})+$/i.test(text) ? Uint8Array.from(Buffer.from(text, "hex")) : undefined;
}

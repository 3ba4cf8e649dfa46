import { readFile, stat } from "node:fs/promises";
import { Problem, shown, startLoop, type Logger } from "@ntd/service";
import { parseIdentity } from "./caller.ts";

/** Refused identities, kept in step with their file. */
export interface DenyList extends AsyncDisposable {
  has(id: string): boolean;
}

/** Looked at this often: "at once" for a person, and true also where files are swapped by links, as volumes do. */
const PERIOD_MS = 250;

/**
 * Reads `path` (one SPIFFE id a line; empty lines and lines that begin with # are skipped) and again whenever it
 * changes; `onChange` is told after each change. A file that cannot be read later on leaves the last list in force.
 *
 * @throws Problem CONFIG_INVALID when the file cannot be read at the start or a line is no identity.
 */
export async function watchDenyList(path: string, log: Logger, onChange: () => void): Promise<DenyList> {
  let mark = await markOf(path).catch(unreadable(path));
  let { ids, faults } = parse(await readFile(path, "utf8").catch(unreadable(path)));
  if (faults.length > 0) throw new Problem("CONFIG_INVALID", `${path}: ${faults.join("; ")}`);
  let failing = false;
  const loop = startLoop("deny-list", PERIOD_MS, log, async () => {
    try {
      const now = await markOf(path);
      failing = false;
      if (now === mark) return;
      ({ ids, faults } = parse(await readFile(path, "utf8")));
      mark = now;
    } catch (error) {
      if (!failing) log.error({ error }, "the deny-list cannot be read; the last one stays in force");
      failing = true;
      return;
    }
    if (faults.length > 0) log.error({ faults }, "the deny-list has lines that are no identity; the others hold");
    log.info({ identities: ids.size }, "the deny-list changed");
    onChange();
  });
  return { has: (id) => ids.has(id), [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose]() };
}

function parse(text: string): { ids: ReadonlySet<string>; faults: string[] } {
  const ids = new Set<string>();
  const faults: string[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    if (parseIdentity(line) === undefined) faults.push(`line ${index + 1}: ${shown(line)} is no SPIFFE id`);
    else ids.add(line);
  }
  return { ids, faults };
}

async function markOf(path: string): Promise<string> {
  const { mtimeNs, size, ino } = await stat(path, { bigint: true });
  return `${mtimeNs}-${size}-${ino}`;
}

function unreadable(path: string): (cause: unknown) => never {
  return (cause) => {
    throw new Problem("CONFIG_INVALID", `The deny-list ${path} cannot be read.`, { cause });
  };
}

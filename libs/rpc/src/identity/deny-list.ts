import { readFileSync } from "node:fs";
import { Problem, watchFiles, type Logger } from "@ntd/service";
import { parseIdentity } from "./caller.ts";

/** Refused identities, kept in step with their file. */
export interface DenyList extends Disposable {
  has(id: string): boolean;
}

/**
 * Reads `path` (one SPIFFE id a line; empty lines and lines that begin with # are skipped) and again whenever it
 * changes; `onChange` is told after each change, and whether lines are no identities: they deny nobody, and the others hold.
 *
 * @throws Problem CONFIG_INVALID when the file cannot be read at the start or a line is no identity.
 */
export function watchDenyList(path: string, log: Logger, onChange: (isFaulty: boolean) => void): DenyList {
  const watched = watchFiles({
    what: "the deny-list",
    paths: [path],
    log,
    read: () => parse(readFileSync(path, "utf8")),
  });
  const { faults } = watched.value;
  if (faults.length > 0) {
    watched[Symbol.dispose]();
    throw new Problem("CONFIG_INVALID", `${path}: ${faults.join("; ")}`);
  }
  watched.onChange((list) => {
    if (list.faults.length > 0) log.error({ faults: list.faults }, "the deny-list has lines that are no identity");
    log.info({ identities: list.ids.size }, "identities are denied");
    onChange(list.faults.length > 0);
  });
  return { has: (id) => watched.value.ids.has(id), [Symbol.dispose]: () => watched[Symbol.dispose]() };
}

// By its number alone: a line may name a person, and what is wrong is logged.
function parse(text: string): { ids: ReadonlySet<string>; faults: string[] } {
  const ids = new Set<string>();
  const faults: string[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    if (parseIdentity(line) === undefined) faults.push(`line ${index + 1} is no SPIFFE id`);
    else ids.add(line);
  }
  return { ids, faults };
}

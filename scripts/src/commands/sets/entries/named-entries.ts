import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { Problem } from "@ntd/service";
import { Option } from "commander";
import { UsageError } from "../../../cli/failure.ts";
import { ENTRY, entryNamed } from "./entry-word.ts";
import { readRevokeFile, type NamedEntry } from "./revoke-file.ts";

/** Every entry is looked for in a list of millions. */
export const NAMED_MS = 300_000;

export interface NamingOptions {
  entry?: string[];
  file?: string;
}

/** The two ways to name entries of a set. */
export function namingOptions(): [Option, Option] {
  return [
    new Option("--entry <entry...>", `each ${ENTRY}`),
    new Option("--file <file>", "a line each: an entry id, or algorithm,value as in a list"),
  ];
}

/** What else is listed of the files that are named by one of their hashes. */
export function withItsFileOption(what: string): Option {
  return new Option("--with-its-file", `${what} other entries of the same files, too: those of the same source id`);
}

/**
 * The entries as the service takes them; `typed` throws its refusal in the words of who typed them.
 *
 * @throws UsageError when none are named, or a line names none.
 */
export async function namedEntries({ entry = [], file }: NamingOptions): Promise<{
  entries: { entryIds: string[]; fingerprints: Fingerprint[] };
  typed: (error: unknown) => never;
}> {
  const given = entry.map(wordNamed);
  const named = [...given, ...(file === undefined ? [] : await readRevokeFile(file))];
  if (named.length === 0) throw new UsageError("no entries; name them with --entry ID or HASH, or --file FILE");
  const ids = named.filter((one) => "id" in one);
  const hashes = named.filter((one) => "fingerprint" in one);
  const entryIds = ids.map(({ id }) => id);
  const fingerprints = hashes.map(({ fingerprint }) => fingerprint);
  const typed = (error: unknown) => {
    throw asTyped(error, { entry_ids: ids, fingerprints: hashes });
  };
  return { entries: { entryIds, fingerprints }, typed };
}

function wordNamed(word: string): NamedEntry {
  const { name } = entryNamed(word);
  const where = `--entry ${word}`;
  if (name?.$case === "fingerprint") return { where, fingerprint: name.value };
  return { where, id: word };
}

/** A refusal in the words of who typed: to them an entry is the line or the word that named it. */
export function asTyped(error: unknown, sent: Readonly<Record<string, readonly { where: string }[]>>): unknown {
  if (error instanceof Problem && error.reason === "TOO_LARGE") {
    const count = Object.values(sent).reduce((sum, { length }) => sum + length, 0);
    const said = `${count} entries are more than one request takes; split them, or approve a list without them`;
    return new Problem("TOO_LARGE", said, { cause: error });
  }
  if (!(error instanceof Problem) || error.fields.length === 0) return error;
  const fields = error.fields.map(({ field, description }) => {
    const [, name = "", index = ""] = /^(\w+)\[(\d+)\]/.exec(field) ?? [];
    return { field: sent[name]?.[Number(index)]?.where ?? field, description };
  });
  const said = fields.map(({ field, description }) => `${field}: ${description}`).join("; ");
  const [how] = error.reason === "NOT_FOUND" ? error.message.split(":") : [];
  return new Problem(error.reason, how === undefined ? said : `${how}: ${said}`, { fields, cause: error });
}

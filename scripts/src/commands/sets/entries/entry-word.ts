import type { EntryName } from "@ntd/proto/hashlists/v1/opinion_service";
import { isUuid, Problem } from "@ntd/service";
import { UsageError } from "../../../cli/failure.ts";
import { OF_ONE_ALGORITHM, typedHash } from "../../../cli/typed-hash.ts";

/** How an entry is named on the command line. */
export const ENTRY = "its id, or its hash: sha256:HEX, pdq:HEX and so on; md5 and sha1 without the word, too";

/** @throws UsageError when the word names no entry. */
export function entryNamed(word: string): EntryName {
  if (isUuid(word)) return { name: { $case: "entryId", value: word } };
  const hash = typedHash(word, OF_ONE_ALGORITHM);
  if (hash === undefined || hash.quality !== undefined) {
    const why = /^[0-9a-f]{64}$/i.test(word.trim()) ? "is a hash of several algorithms" : "names no entry";
    throw new UsageError(`${word} ${why}; give ${ENTRY}`);
  }
  return { name: { $case: "fingerprint", value: { ...hash, quality: 0 } } };
}

/** A refusal in the words of who typed the entries. */
export function asTyped(error: unknown, words: readonly string[]): unknown {
  if (!(error instanceof Problem) || error.fields.length === 0) return error;
  const fields = error.fields.map(({ field, description }) => {
    const [, index = "0"] = /^entry$|^entr(?:y|ies)(?:\[(\d+)\])?/.exec(field) ?? [];
    return { field: field.startsWith("entr") ? (words[Number(index)] ?? field) : field, description };
  });
  const said = fields.map(({ field, description }) => `${field}: ${description}`).join("; ");
  return new Problem(error.reason, said, { fields, cause: error });
}

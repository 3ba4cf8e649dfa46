import { Algorithm } from "@ntd/proto/common/v1/common";
import type { EntryName } from "@ntd/proto/hashlists/v1/opinion_service";
import { isUuid, Problem } from "@ntd/service";
import { UsageError } from "../../../cli/failure.ts";
import { wordOf } from "../../../cli/words.ts";

/** How an entry is named on the command line. */
export const ENTRY = "its id, or its hash: sha256:HEX, pdq:HEX and so on; md5 and sha1 without the word, too";

const BY_LENGTH: Readonly<Record<number, Algorithm>> = { 32: Algorithm.MD5, 40: Algorithm.SHA1 };

/** @throws UsageError when the word names no entry. */
export function entryNamed(word: string): EntryName {
  if (isUuid(word)) return { name: { $case: "entryId", value: word } };
  const [, before, hex = ""] = /^(?:([\w-]+)[:,])?((?:[0-9a-f]{2})+)$/i.exec(word.trim()) ?? [];
  const algorithm = before === undefined ? BY_LENGTH[hex.length] : algorithmOf(before);
  if (hex === "" || algorithm === undefined) {
    const why = hex.length === 64 && before === undefined ? "is a hash of several algorithms" : "names no entry";
    throw new UsageError(`${word} ${why}; give ${ENTRY}`);
  }
  const value = Uint8Array.from(Buffer.from(hex, "hex"));
  return { name: { $case: "fingerprint", value: { algorithm, value, quality: 0 } } };
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

function algorithmOf(word: string): Algorithm | undefined {
  const wanted = word.toLowerCase().replaceAll("-", "");
  return Object.values(Algorithm).find((value) => wanted !== "" && wordOf(Algorithm, value) === wanted);
}

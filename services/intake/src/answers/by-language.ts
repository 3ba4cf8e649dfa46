import { entriesIn, fieldsIn, textIn, type Fault } from "@ntd/service";
import { isLanguageTag } from "../field-faults.ts";

/** Something in several languages, and the one in which it is said where nothing better is there. */
export interface ByLanguage<T> {
  fallback: string;
  languages: ReadonlyMap<string, T>;
}

/** Reads `{fallback, languages: {tag: …}}`. */
export function readByLanguage<T>(
  data: unknown,
  fault: Fault,
  readOne: (data: unknown, at: string, language: string) => T,
): ByLanguage<T> {
  const given = fieldsIn(data, "", fault, ["fallback", "languages"]);
  const fallback = textIn(given.get("fallback"), "fallback", fault).toLowerCase();
  const languages = new Map<string, T>();
  for (const [tag, one] of entriesIn(given.get("languages"), "languages", fault)) {
    const at = `languages.${tag}`;
    if (!isLanguageTag(tag)) fault(at, 'is no language tag such as "ms" or "en-GB"');
    languages.set(tag.toLowerCase(), readOne(one, at, tag));
  }
  if (fallback !== "" && !languages.has(fallback)) fault("fallback", "is none of the languages");
  return { fallback, languages };
}

/** What there is for a reader of `language`, best first: in it, in its main language ("ms" for "ms-BN"), the fallback. */
export function inLanguage<T>({ fallback, languages }: ByLanguage<T>, language: string): T[] {
  const tag = language.toLowerCase();
  const tags = new Set([tag, tag.split("-")[0] ?? tag, fallback]);
  return [...tags].map((one) => languages.get(one)).filter((one) => one !== undefined);
}

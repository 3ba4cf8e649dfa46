import { shown, type FieldFault } from "@ntd/service";

/** Such as "ms" or "en-GB", in whatever case. */
export function isLanguageTag(text: string): boolean {
  return /^[a-z]{2,8}(-[a-z0-9]{1,8}){0,4}$/i.test(text);
}

/** The language of what people write, where they tell it. */
export function* languageFaults(language: string): Generator<FieldFault> {
  if (language !== "" && !isLanguageTag(language)) {
    yield { field: "language", description: `${shown(language)} is no language tag such as "ms" or "en-GB"` };
  }
}

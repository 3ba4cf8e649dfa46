import type { SetTerms } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";

const MAX_TEXT = 1000;

/** @throws Problem FIELD_INVALID naming every fault. */
export function validTerms(terms: SetTerms): SetTerms {
  const texts = { jurisdiction: "", licence: "", termsOfUse: "", scheme: "" };
  const faults = [];
  for (const name of Object.keys(texts) as (keyof typeof texts)[]) {
    texts[name] = terms[name].trim();
    if (texts[name].length > MAX_TEXT) {
      faults.push({ field: `terms.${FIELDS[name]}`, description: `has over ${MAX_TEXT} characters` });
    }
  }
  if (faults.length > 0) throw Problem.fields(...faults);
  return { ...texts, approverOfOtherOrganisation: terms.approverOfOtherOrganisation };
}

const FIELDS = { jurisdiction: "jurisdiction", licence: "licence", termsOfUse: "terms_of_use", scheme: "scheme" };

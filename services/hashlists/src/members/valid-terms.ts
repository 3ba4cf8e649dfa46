import type { SetTerms } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { Problem } from "@ntd/service";

const MAX_TEXT = 1000;

/**
 * @param role of the set: what innocent people's pictures are, or what only nominates, answers nobody.
 * @throws Problem FIELD_INVALID naming every fault.
 */
export function validTerms(terms: SetTerms, role: SetPolicy["role"] | undefined): SetTerms {
  const texts = { jurisdiction: "", licence: "", termsOfUse: "", scheme: "" };
  const faults = [];
  for (const name of Object.keys(texts) as (keyof typeof texts)[]) {
    texts[name] = terms[name].trim();
    if (texts[name].length > MAX_TEXT) {
      faults.push({ field: `terms.${FIELDS[name]}`, description: `has over ${MAX_TEXT} characters` });
    }
  }
  const check = terms.check ?? "CHECK_TERMS_NONE";
  if (check === "UNRECOGNIZED") {
    faults.push({ field: "terms.check", description: "is none of none, known and explained; update the platform" });
  } else if (asksIndustry(check) && role !== undefined && role !== "SET_ROLE_POSITIVE") {
    faults.push({ field: "terms.check", description: "is of a set that is not positive; such a set answers nobody" });
  }
  if (faults.length > 0) throw Problem.fields(...faults);
  const { approverOfOtherOrganisation } = terms;
  return { ...texts, approverOfOtherOrganisation, ...(asksIndustry(check) && { check }) };
}

function asksIndustry(check: SetTerms["check"]): boolean {
  return check === "CHECK_TERMS_KNOWN" || check === "CHECK_TERMS_EXPLAINED";
}

const FIELDS = { jurisdiction: "jurisdiction", licence: "licence", termsOfUse: "terms_of_use", scheme: "scheme" };

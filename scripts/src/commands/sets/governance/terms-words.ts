import type { SetTerms } from "@ntd/proto/hashlists/v1/hash_list_service";
import { CheckTerms } from "@ntd/proto/hashlists/v1/release";
import { Option } from "commander";
import { wordOf } from "../../../cli/words.ts";

export interface TermsOptions {
  jurisdiction?: string;
  licence?: string;
  termsOfUse?: string;
  scheme?: string;
  otherOrganisation?: boolean;
}

/** What is agreed of a set, by whoever creates it or proposes another one. */
export function termsOptions(): Option[] {
  return [
    new Option("--jurisdiction <text>", "under whose law the list was made"),
    new Option("--licence <text>", "under what licence it may be used"),
    new Option("--terms-of-use <text>", "what else was agreed"),
    new Option("--scheme <name>", "classification scheme of its entries"),
    new Option("--other-organisation", "releases are approved by another organisation than the uploader's"),
  ];
}

/** The terms as they are to be: what is not named stays; undefined where nothing is named. */
export function termsWith(
  terms: SetTerms | undefined,
  options: TermsOptions & { check?: CheckTerms },
): SetTerms | undefined {
  const { jurisdiction, licence, termsOfUse, scheme, otherOrganisation, check = terms?.check } = options;
  const given = [jurisdiction, licence, termsOfUse, scheme, otherOrganisation, options.check];
  if (given.every((one) => one === undefined)) return undefined;
  return {
    jurisdiction: jurisdiction ?? terms?.jurisdiction ?? "",
    licence: licence ?? terms?.licence ?? "",
    termsOfUse: termsOfUse ?? terms?.termsOfUse ?? "",
    scheme: scheme ?? terms?.scheme ?? "",
    approverOfOtherOrganisation: otherOrganisation ?? terms?.approverOfOtherOrganisation ?? false,
    ...(check !== undefined && { check }),
  };
}

export function termsWords(terms: SetTerms | undefined) {
  const { jurisdiction, licence, termsOfUse, scheme, approverOfOtherOrganisation = false, check } = terms ?? {};
  return {
    jurisdiction,
    licence,
    "terms of use": termsOfUse,
    scheme,
    "approved by": approverOfOtherOrganisation ? "another organisation" : "another person",
    "industry is told": check === undefined ? "none" : wordOf(CheckTerms, check),
  };
}

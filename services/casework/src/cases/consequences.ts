import { resealed } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { withPoliceFirst } from "../holds/police-first.ts";
import { withIcse } from "../icse/icse.ts";
import { isKept } from "../legal-holds/legal-hold.ts";
import { withReferral } from "../referrals/referral.ts";
import type { CaseFile } from "./case.ts";

/** What a change of a case is followed by, by rules that may change. */
export type CaseRules = Pick<Deps, "policeFirst" | "referralRules" | "icse" | "sealer">;

/**
 * What comes with a change in the very write that makes it, whoever made it and by whichever way: so that others hear of
 * both at once.
 */
export function withConsequences(
  { policeFirst, referralRules, icse, sealer }: CaseRules,
  before: CaseFile | undefined,
  after: CaseFile,
  now: Date,
): CaseFile {
  const held = withPoliceFirst(before, after, policeFirst, now);
  const referred = withReferral(before, held, referralRules, now);
  const next = icse === undefined ? referred : withIcse(referred, now);
  return withTextsKept({ sealer }, next, now);
}

/** Under a legal hold all that is sealed in a case is kept, by the write that brings it. */
export function withTextsKept({ sealer }: Pick<Deps, "sealer">, file: CaseFile, now: Date): CaseFile {
  return isKept(file) ? resealed(file, sealer, now) : file;
}

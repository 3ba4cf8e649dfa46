import type { Deps } from "../deps.ts";
import { withPoliceFirst } from "../holds/police-first.ts";
import { withIcse } from "../icse/icse.ts";
import { withReferral } from "../referrals/referral.ts";
import type { CaseFile } from "./case.ts";

/** What a change of a case is followed by, by rules that may change. */
export type CaseRules = Pick<Deps, "policeFirst" | "referralRules" | "icse">;

/**
 * What comes with a change in the very write that makes it, whoever made it and by whichever way: so that others hear of
 * both at once.
 */
export function withConsequences(
  { policeFirst, referralRules, icse }: CaseRules,
  before: CaseFile | undefined,
  after: CaseFile,
  now: Date,
): CaseFile {
  const held = withPoliceFirst(before, after, policeFirst, now);
  const referred = withReferral(before, held, referralRules, now);
  return icse === undefined ? referred : withIcse(referred, now);
}

import type { CaseFile } from "../cases/case.ts";
import { knownHits } from "./policy.ts";

/**
 * Whether somebody has listed the material: a positive set's hit that is as good as certain, and that no negative set's
 * speaks against. What only nominates may be of anything.
 */
export function isKnown({ match }: Pick<CaseFile, "match">): boolean {
  return knownHits(match?.hits ?? []).length > 0;
}

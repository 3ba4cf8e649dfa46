import { Problem } from "@ntd/service";
import type { ReleaseState } from "./release.ts";

interface InForce {
  active?: { releaseId: string };
}

/**
 * Whether something else is in force than what a delta was made for. Until it is activated, that may be what was in force
 * when it was uploaded: its base comes into force before it. A single entry that was proposed while nothing was in force
 * is not to take the place of what is by now.
 */
export function isOvertaken({ stage }: ReleaseState, set: InForce, at: "approval" | "activation"): boolean {
  if (!("delta" in stage) || stage.delta === undefined) {
    return "negativeEntry" in stage && stage.negativeEntry !== undefined && set.active !== undefined;
  }
  const { releaseId = "" } = set.active ?? {};
  if (releaseId === stage.delta.baseReleaseId) return false;
  return at === "activation" || releaseId !== stage.report?.inForce;
}

export function overtaken({ stage }: ReleaseState, { active }: InForce): Problem {
  const base = "delta" in stage ? stage.delta?.baseReleaseId : undefined;
  const now = active === undefined ? "nothing is" : `${active.releaseId} is`;
  const mend = "upload it again on what is in force, and reject this one";
  const made = base === undefined ? "This was made while nothing was in force" : `This is a delta of ${base}`;
  return new Problem("WRONG_STATE", `${made}, and ${now} in force: ${mend}.`);
}

import type { Hold, Holds } from "@ntd/proto/casework/v1/case";
import { durationOf } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { looksGoOn, type CaseHold } from "./hold.ts";

/** The holds of a case as others hear of them: when and how, never why or who. */
export function publishedHolds({ holds }: Pick<CaseFile, "holds">): Holds | undefined {
  if (holds === undefined) return undefined;
  const { all, earlier } = holds;
  return { holds: all.map(publishedHold), earlier: earlier && durationOf(earlier.ms) };
}

/** The same for all but police: that they marked something is for them alone, and is an officer's word to others. */
export function plainHolds(holds: Holds | undefined): Holds | undefined {
  return holds && { ...holds, holds: holds.holds.map(plainHold) };
}

export function plainHold(hold: Hold): Hold {
  return hold.cause === "HOLD_CAUSE_MARK" ? { ...hold, cause: "HOLD_CAUSE_OFFICER" } : hold;
}

export function publishedHold(hold: CaseHold): Hold {
  const { holdId, cause, sinceTime, expireTime, lookEveryMs, waitsForSupervisor = false, released } = hold;
  return {
    holdId,
    cause,
    sinceTime,
    expireTime,
    lookEvery: lookEveryMs === undefined ? undefined : durationOf(lookEveryMs),
    waitsForSupervisor,
    releasedTime: released?.time,
    expired: released !== undefined && released.by === undefined,
    looksGoOn: looksGoOn(hold),
  };
}

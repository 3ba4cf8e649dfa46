import type { CheckHold } from "@ntd/proto/matching/v1/check_service";
import type { EndedHold, Held } from "./check-hold.ts";

/** A hold that lasts, or one that was ended, as operators see it. */
export function toCheckHold(identity: string, hold: Held | EndedHold): CheckHold {
  const { alarm, since, known } = hold;
  const isEnded = "by" in hold;
  return {
    identity,
    alarm,
    sinceTime: since,
    differentKnown: BigInt(known),
    endedTime: isEnded ? hold.time : undefined,
    endedBy: isEnded ? hold.by : "",
    reason: isEnded ? hold.reason : "",
  };
}

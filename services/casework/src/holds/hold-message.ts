import type { Case } from "@ntd/proto/casework/v1/case";
import type { HoldView } from "@ntd/proto/casework/v1/hold_service";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { CaseHold } from "./hold.ts";
import { plainHold, publishedHold } from "./published-holds.ts";

/** Who asks: police see all, supervisors all but what a mark made, operators that there is a hold, and not whether by a mark. */
export type Seer = "police" | "supervisor" | "operator";

/** A hold as `seer` sees it; `open` opens what was said. */
export function holdView(
  hold: CaseHold,
  { caseId, state, lifeAtRisk = false }: Pick<Case, "caseId" | "state" | "lifeAtRisk">,
  seer: Seer,
  open: (sealed: Sealed) => string,
  complaintCount = 0,
): HoldView {
  const isOfMark = hold.cause === "HOLD_CAUSE_MARK";
  const isPlain = seer === "police" || (seer === "supervisor" && !isOfMark);
  const words = (sealed: Sealed | undefined) => (isPlain && sealed !== undefined ? open(sealed) : "");
  const { renewals = [], proposed, released } = hold;
  return {
    hold: seer === "operator" ? plainHold(publishedHold(hold)) : publishedHold(hold),
    caseId,
    heldBy: isPlain || hold.cause === "HOLD_CAUSE_POLICE_FIRST" ? hold.by : "",
    reason: words(hold.reason),
    markId: seer === "police" ? (hold.markId ?? "") : "",
    renewals: renewals.map(({ by, time, expireTime, reasons = [] }) => {
      const said = reasons.map(words).filter((text) => text !== "");
      const why = said.length > 0 && { reason: said.join("\n") };
      return { renewedBy: by, renewedTime: time, expireTime, ...why };
    }),
    renewalProposedBy: proposed?.by ?? "",
    renewalProposedExpireTime: proposed?.expireTime,
    releasedBy: released?.by ?? "",
    releaseReason: words(released?.reason),
    lifeAtRisk,
    caseState: state,
    ...(complaintCount > 0 && { complaintCount }),
  };
}

import type { LegalHoldView } from "@ntd/proto/casework/v1/case_service";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { LegalHold } from "./legal-hold.ts";

/** A legal hold as a caller sees it; `open` opens what was said, for whom it may. */
export function legalHoldView(legalHold: LegalHold, open: (sealed: Sealed) => string): LegalHoldView {
  const { reason, set, liftReason, liftProposed, lifted } = legalHold;
  return {
    reason: open(reason),
    liftReason: liftReason === undefined ? "" : open(liftReason),
    setBy: set.by,
    setTime: set.time,
    liftProposedBy: liftProposed?.by ?? "",
    liftProposedTime: liftProposed?.time,
    liftedBy: lifted?.by ?? "",
    liftedTime: lifted?.time,
  };
}

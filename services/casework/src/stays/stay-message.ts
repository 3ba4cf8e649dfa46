import type { Stay as StayView } from "@ntd/proto/casework/v1/case_service";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { Stay } from "./stay.ts";

/** A stay as a caller sees it; `open` opens what was said, for whom it may. */
export function stayView(stay: Stay, open: (sealed: Sealed) => string): StayView {
  const { court, reference, reason, proposed, set, liftReason, liftProposed, lifted } = stay;
  return {
    court,
    reference,
    reason: open(reason),
    liftReason: liftReason === undefined ? "" : open(liftReason),
    proposedBy: proposed.by,
    proposedTime: proposed.time,
    setBy: set?.by ?? "",
    setTime: set?.time,
    liftProposedBy: liftProposed?.by ?? "",
    liftProposedTime: liftProposed?.time,
    liftedBy: lifted?.by ?? "",
    liftedTime: lifted?.time,
  };
}

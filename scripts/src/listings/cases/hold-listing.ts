import { CaseState, HoldCause } from "@ntd/proto/casework/v1/case";
import type { HoldView, SentNotice } from "@ntd/proto/casework/v1/hold_service";
import { listing, spoken, table, shownTime } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";

/** A hold for who set, renewed or released it. */
export function holdListing(view: HoldView | undefined): string {
  const hold = view?.hold;
  if (view === undefined || hold === undefined) return "nothing";
  return listing({
    hold: hold.holdId,
    case: view.caseId,
    state: wordOf(CaseState, view.caseState),
    because: wordOf(HoldCause, hold.cause),
    "asked by": askedBy(view),
    reason: view.reason,
    mark: view.markId,
    since: hold.sinceTime,
    until: hold.expireTime,
    looks: looks(view),
    complaints: view.complaintCount ? `${view.complaintCount}, which wait for its end` : "",
    "life at risk": view.lifeAtRisk ? "yes" : "",
    renewed: view.renewals.map(({ renewedBy, expireTime }) => `${renewedBy.join(", ")} to ${shownTime(expireTime)}`),
    "renewal asked by":
      view.renewalProposedBy && `${view.renewalProposedBy}, to ${shownTime(view.renewalProposedExpireTime)}`,
    released: hold.releasedTime,
    "released by": hold.expired ? "nobody: its time was over" : view.releasedBy,
    "released because": view.releaseReason,
    waits: hold.waitsForSupervisor ? "for a supervisor: its time is over, and life is at risk" : "",
  });
}

/** What ends next first. */
export function holdTable(holds: readonly HoldView[]): string {
  const rows = holds.map((view) => [
    view.hold?.expireTime,
    { id: view.caseId },
    view.hold?.holdId,
    view.hold && wordOf(HoldCause, view.hold.cause),
    askedBy(view),
    standing(view),
    view.reason || (view.markId && `mark ${view.markId}`),
  ]);
  return table(["until", "case", "hold", "because", "asked by", "", "reason"], rows, "nothing is held");
}

/** What a hold came too late for. */
export function sentLines(sent: readonly SentNotice[]): string {
  if (sent.length === 0) return "No notice had left, and none leaves.";
  const lines = sent.map(({ noticeId, offeredTime }) => `  ${noticeId} at ${shownTime(offeredTime)}`);
  return ["Already sent, and not kept back:", ...lines].join("\n");
}

// The name of a rule is its key in the rules' file.
function askedBy({ hold, heldBy }: HoldView): string {
  return hold?.cause === HoldCause.POLICE_FIRST ? `rule ${heldBy}`.trim() : heldBy;
}

function looks({ hold }: HoldView): string {
  if (hold?.looksGoOn) return "go on as ever";
  return hold?.lookEvery === undefined ? "none meanwhile" : `every ${spoken(hold.lookEvery)}`;
}

function standing({ hold, lifeAtRisk, renewalProposedBy }: HoldView): string {
  if (hold?.releasedTime !== undefined) return `released ${shownTime(hold.releasedTime)}`;
  if (hold?.waitsForSupervisor) return "waits for a supervisor";
  if (renewalProposedBy !== "") return "a renewal waits for another officer";
  return lifeAtRisk ? "life at risk" : "";
}

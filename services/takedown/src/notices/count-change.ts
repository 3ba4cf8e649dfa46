import { noticesReinstated, noticesRestored, noticesSuspended, noticesWithdrawn } from "../metrics.ts";
import type { Notice } from "./notice.ts";
import { openSuspension } from "./suspension.ts";

/** Counts what became of a notice whose decision came into doubt. */
export function countChange(before: Notice, after: Notice): void {
  const [was, is] = [openSuspension(before), openSuspension(after)];
  if (was === undefined && is !== undefined) noticesSuspended(is.cause);
  const ending = was && after.suspensions?.[(before.suspensions?.length ?? 0) - 1]?.ended?.ending;
  if (ending === "SUSPENSION_END_REINSTATED" || ending === "SUSPENSION_END_LAPSED") noticesReinstated(ending);
  if (before.withdrawn === undefined && after.withdrawn !== undefined) noticesWithdrawn();
  if (before.restoredTime === undefined && after.restoredTime !== undefined) noticesRestored();
}

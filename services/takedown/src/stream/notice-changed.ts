import { countChange } from "../notices/count-change.ts";
import { isInFlight, isUnoffered, isUrgent, type Notice } from "../notices/notice.ts";
import { revisionToTell, wantedAction } from "../notices/revision.ts";
import type { Bells } from "./bells.ts";

/** A notice was written here: its streams hear at once of what is to be sent, and of what no longer is. */
export function noticeChanged(bells: Bells, before: Notice, after: Notice): void {
  countChange(before, after);
  const { providerId, noticeId } = after;
  const wasCarried = isInFlight(before) || isUrgent(before);
  const isSame = revisionToTell(before) === revisionToTell(after) && wantedAction(before) === wantedAction(after);
  if (wasCarried && !(isSame && (isInFlight(after) || isUrgent(after)))) bells.over(providerId, noticeId);
  if (isUnoffered(after) && !isUnoffered(before)) bells.ring(providerId);
  if (isUrgent(after) && !(isUrgent(before) && isSame)) bells.again(providerId);
  if (isInFlight(after) && !isInFlight(before)) bells.again(providerId);
}

import type { Notice, NoticeTarget } from "./notice.ts";
import { isUnacknowledged } from "./revision.ts";
import { ended } from "./suspension.ts";

/** Two persons took the decision back after the notice was sent. */
export interface Withdrawal {
  time: Date;
  /** The decision that withdrew it. */
  decisionId: string;
  /** Nobody is asked to restore: another decision asks this provider to keep the same address down. */
  withheld?: true;
}

/** An address at a provider, in whatever episode. */
export function placeOf({ providerId, targets }: Pick<Notice, "providerId" | "targets">): string {
  return `${providerId} ${targets[0]?.targetId ?? ""}`;
}

/** Nothing is asked for any more, and what was removed is to come back. Once and for good. */
export function withdrawn(notice: Notice, decisionId: string, now: Date): Notice {
  if (notice.withdrawn !== undefined) return notice;
  const over = ended(notice, "SUSPENSION_END_WITHDRAWN", now);
  return { ...over, withdrawn: { time: now, decisionId }, closedTime: over.closedTime ?? now };
}

/** Whether to ask for it depends on who else asks for removal now; once it is taken, or seen, it was asked. */
export function withheld(notice: Notice, isWithheld: boolean): Notice {
  const { withdrawn: by } = notice;
  if (by === undefined || !isToRestore(notice) || (by.withheld ?? false) === isWithheld) return notice;
  const { withheld: _, ...rest } = by;
  return { ...notice, withdrawn: isWithheld ? { ...rest, withheld: true } : rest };
}

/** Every target that had gone was seen there again. One that nobody ever missed needs nothing restored. */
export function restored(notice: Notice): Notice {
  if (notice.restoredTime !== undefined || notice.withdrawn === undefined) return notice;
  const times = notice.targets.filter(hadGone).map((t) => t.restoredTime);
  const seen = times.filter((time) => time !== undefined).map((time) => time.getTime());
  if (times.length === 0 || seen.length < times.length) return notice;
  return { ...notice, restoredTime: new Date(Math.max(...seen)) };
}

/** Withdrawn, and its provider has not taken that it is to restore. */
export function isToRestore(notice: Notice): boolean {
  return notice.withdrawn !== undefined && notice.restoredTime === undefined && isUnacknowledged(notice);
}

/** To be asked to restore, unless its provider has taken that. */
export function isRestoring({ withdrawn: by, restoredTime }: Notice): boolean {
  return by !== undefined && !by.withheld && restoredTime === undefined;
}

/** Withdrawn, and somebody is to see it there again. Not once its provider cannot, or answers and nothing had gone. */
export function awaitsRestoration(notice: Notice): boolean {
  if (!isRestoring(notice)) return false;
  const said = notice.targets.map((t) => t.answers.findLast((a) => RESTORING.has(a.outcome))?.outcome);
  if (said.every((outcome) => outcome === "OUTCOME_CANNOT_RESTORE")) return false;
  return notice.targets.some(hadGone) || said.includes(undefined);
}

const RESTORING: ReadonlySet<string> = new Set(["OUTCOME_RESTORED", "OUTCOME_CANNOT_RESTORE"]);

function hadGone({ goneTime, restoredTime }: NoticeTarget): boolean {
  return goneTime !== undefined || restoredTime !== undefined;
}

import { prolonged } from "./held.ts";
import { suspendedSince, type Suspended } from "./suspended.ts";
import type { NoticeTimes, Timeline } from "./timeline.ts";

/** The decision was taken back. */
export interface Reversed {
  withdrawnTime: Date;
  /** Nobody is asked to restore: another decision in force asks the provider to keep the address down. */
  withheld?: true;
  /** Seen there again, as takedown tells it. */
  restoredTime?: Date;
}

/** What became of the decision of a notice, for the figures. */
export interface DoubtTimes {
  /** While these last the provider's clock stands still. */
  suspensions: readonly Suspended[];
  /** Of an open one: its provider is told to wait. */
  suspended: boolean;
  /** Of one suspension at least: nobody confirmed the doubt in time. */
  lapsed: boolean;
  /** It was sent, whatever became of it. */
  offered: boolean;
  /** A decision withdrew it after it was offered. */
  reversed: boolean;
  withdrawnTime: Date | undefined;
  /** Of a reversed one: nobody is asked to restore. */
  restoreWithheld: boolean;
  /** Of a reversed one: its provider's standing answer. */
  cannotRestore: boolean;
  /** Of a reversed one: it was gone, and is to be there again. */
  toRestore: boolean;
  restored: boolean;
  restoredTime: Date | undefined;
}

export function doubtTimesOf(
  { notice, target, holds = [] }: Timeline,
  { open, goneTime, answer }: Pick<NoticeTimes, "goneTime" | "answer"> & { open: boolean },
): DoubtTimes {
  const { offeredTime } = notice;
  const suspensions = prolonged(notice.suspensions ?? [], holds);
  const reversed = offeredTime === undefined ? undefined : notice.reversed;
  const restoredTime = reversed && (reversed.restoredTime ?? since(reversed.withdrawnTime, target?.restoredTime));
  const restoreWithheld = reversed?.withheld === true;
  return {
    suspensions,
    suspended: open && suspendedSince(suspensions) !== undefined,
    lapsed: suspensions.some(({ lapsed }) => lapsed === true),
    offered: offeredTime !== undefined,
    reversed: reversed !== undefined,
    withdrawnTime: reversed?.withdrawnTime,
    restoreWithheld,
    cannotRestore: reversed !== undefined && answer?.outcome === "OUTCOME_CANNOT_RESTORE",
    toRestore: reversed !== undefined && !restoreWithheld && (goneTime ?? restoredTime) !== undefined,
    restored: restoredTime !== undefined,
    restoredTime,
  };
}

// What was seen again before that belongs to another notice.
function since(from: Date, time: Date | undefined): Date | undefined {
  return time !== undefined && time >= from ? time : undefined;
}

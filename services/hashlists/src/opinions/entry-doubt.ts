/** What casework says against an entry that it is listed for: no person's word, and nobody ends it but by deciding. */
export interface EntryDoubt {
  /** It is not found; else it is disputed: found, and nothing is decided by it. */
  suspended: boolean;
  /** When it is found again, disputed; absent: not before the doubt is over, or it is found already. */
  untilTime?: Date;
}

/** The doubt once its time is over; undefined while there is nothing to end. */
export function lapse(doubt: EntryDoubt | undefined, now: Date): EntryDoubt | undefined {
  const { suspended = false, untilTime } = doubt ?? {};
  return suspended && untilTime !== undefined && untilTime <= now ? { suspended: false } : undefined;
}

export function sameDoubt(some: EntryDoubt | undefined, other: EntryDoubt | undefined): boolean {
  return some?.suspended === other?.suspended && some?.untilTime?.getTime() === other?.untilTime?.getTime();
}

import { earlier } from "./earlier.ts";
import type { Suspended } from "./suspended.ts";

/** One hold of a case. */
export interface Held {
  /** A rule's: police hear of it first. Absent: an officer's word, or what police marked. */
  first?: true;
  since: Date;
  /** Absent while it is in force. */
  released?: Date;
  /** Nobody's word: its time was over. */
  expired?: true;
  /** Its time is over, life is at risk, and a supervisor decides. */
  waits?: true;
}

/** What a case says of its holds; nothing where it never had one, so that most timelines keep nothing. */
export interface HoldsTold {
  /** Of the case: the highest counts. */
  holdsVersion?: number;
  holds?: Held[];
}

/** The newest of two; the known one as it is where the other says the same. */
export function newestHolds(known: HoldsTold, said: HoldsTold): HoldsTold {
  const { holdsVersion = 0, holds } = said;
  const isNews = holdsVersion > (known.holdsVersion ?? 0) && JSON.stringify(holds) !== JSON.stringify(known.holds);
  return holds !== undefined && isNews ? { holdsVersion, holds } : {};
}

/** What holds did to one notice. */
export interface HeldTimes {
  /** Its case was held, before or after. */
  isHeld: boolean;
  /** A hold keeps it back now. */
  keptBack: boolean;
  /** While holds kept it back before it was sent, oldest first; the last one may last. */
  kept: readonly Suspended[];
  /** Of these, by officers and marks, and by the rule that police hear first. */
  keptByPolice: readonly Suspended[];
  keptByFirst: readonly Suspended[];
  /** A hold came after it was sent: that one kept nothing back. */
  heldAfterSending: boolean;
}

/** The part of a notice that holds can do something to. */
export interface Holdable {
  issuedTime: Date;
  offeredTime: Date | undefined;
  /** Closed or withdrawn. */
  endedTime: Date | undefined;
}

export function heldTimesOf(holds: readonly Held[], notice: Holdable): HeldTimes {
  const sorted = inOrder(holds);
  const [police, first] = [sorted.filter((h) => !h.first), sorted.filter((h) => h.first)];
  const kept = keptBy(sorted, notice);
  const { offeredTime } = notice;
  return {
    isHeld: holds.length > 0,
    keptBack: kept.some(({ to }) => to === undefined),
    kept,
    keptByPolice: keptBy(police, notice),
    keptByFirst: keptBy(first, notice),
    heldAfterSending: offeredTime !== undefined && sorted.some(({ since }) => since >= offeredTime),
  };
}

// From its issue to when it was sent, or ended without.
function keptBy(sorted: readonly Held[], { issuedTime, offeredTime, endedTime }: Holdable): Suspended[] {
  const until = earlier(offeredTime, endedTime);
  return sorted.flatMap(({ since, released }) => {
    const from = since > issuedTime ? since : issuedTime;
    const to = earlier(released, until);
    if (to !== undefined && to <= from) return [];
    return [{ from, ...(to && { to }) }];
  });
}

/** Suspensions as the provider knows them: whoever is told to wait waits on while a hold keeps back the word that it is over. */
export function prolonged(suspensions: readonly Suspended[], holds: readonly Held[]): readonly Suspended[] {
  if (holds.length === 0 || suspensions.length === 0) return suspensions;
  const sorted = inOrder(holds);
  return suspensions.map((one) => {
    const { to, ...lasting } = one;
    let until = to;
    for (const { since, released } of sorted) {
      if (until === undefined || since > until) break;
      if (released === undefined) return lasting;
      if (released > until) until = released;
    }
    return until === undefined ? lasting : { ...lasting, to: until };
  });
}

function inOrder(holds: readonly Held[]): Held[] {
  return holds.toSorted((a, b) => a.since.getTime() - b.since.getTime());
}

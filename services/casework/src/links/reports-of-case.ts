/** A case as far as it matters for which of its target's reports are its own. */
export interface Episode {
  caseId: string;
  openedTime: Date;
  /** When the material was first found gone in this episode. */
  goneTime: Date | undefined;
}

/** The reports of a case: those received later than `after` and not later than `upTo`; without one, without end. */
export interface Span {
  caseId: string;
  after: Date | undefined;
  upTo: Date | undefined;
}

/**
 * Which reports belong to which case. An episode has those that were received after the material of the one before was
 * first found gone, and not after its own was; the newest has all that came since. While that time is unknown the
 * opening of the next case stands in for it. So every report is in exactly one span, whatever the order of events.
 *
 * @param episodes of one target, oldest first.
 */
export function spansOf(episodes: readonly Episode[]): Span[] {
  let after: Date | undefined;
  return episodes.map(({ caseId, goneTime }, index) => {
    const next = episodes[index + 1];
    const end = next && (goneTime ?? next.openedTime);
    const span = { caseId, after, upTo: end };
    if (end !== undefined && (after === undefined || end > after)) after = end;
    return span;
  });
}

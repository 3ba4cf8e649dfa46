/** A case as far as it matters for which of a target's cases a report belongs to. */
export interface Episode {
  caseId: string;
  /** When the material was first found gone in this episode. */
  goneTime: Date | undefined;
}

/**
 * The case that a report belongs to: the newest, unless it was received before an earlier episode's material was gone.
 * While that time is unknown a report stays where it is, and so it does in a case that is not among `episodes`: whoever
 * put it there knew more. The answer depends on no order of events.
 *
 * @param episodes of one target, oldest first.
 */
export function caseOfReport(link: { caseId: string; receivedTime: Date }, episodes: readonly Episode[]): string {
  if (link.caseId !== "" && episodes.every(({ caseId }) => caseId !== link.caseId)) return link.caseId;
  const earlier = episodes.slice(0, -1).find(({ caseId, goneTime }) => {
    return goneTime === undefined ? caseId === link.caseId : link.receivedTime <= goneTime;
  });
  return (earlier ?? episodes.at(-1))?.caseId ?? link.caseId;
}

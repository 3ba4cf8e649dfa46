import type { PageView } from "../page/illegal.ts";
import type { Reason } from "./target-state.ts";

/** What the media of a page were when an eye looked that was shown none of the illegal ones. */
export interface MediaMark {
  digest: string;
  since: Date;
  /** Others than before: such a page says nothing. */
  differs?: true;
}

/** When a page was looked at, and how far apart two looks must be that are to agree. */
export interface PageTime {
  at: Date;
  againMs: number;
}

type PageSaid =
  | "SEEN"
  | { is: "REPLACED"; reason: "OTHER_CONTENT"; media: MediaMark }
  | { is: "BLIND"; reason: Reason; media?: MediaMark };

/**
 * What an eye says of a page on which something illegal is known: seen while one of that is shown. Without any the page
 * has to show the same media at two looks, a minute apart at least, before that counts; one that shows others each time
 * may show those again, and what stands behind a wall or a script that was not run is not seen.
 *
 * @param before what it showed when none was there last.
 */
export function pageSays(page: PageView, before: MediaMark | undefined, { at, againMs }: PageTime): PageSaid {
  if (page.isEmbedded) return "SEEN";
  if (page.hidden !== undefined) return { is: "BLIND", reason: page.hidden, ...(before && { media: before }) };
  const { media: digest } = page;
  const unsure = (media: MediaMark): PageSaid => ({ is: "BLIND", reason: "DYNAMIC", media });
  if (before === undefined) return unsure({ digest, since: at });
  if (before.digest !== digest) return unsure({ digest, since: at, differs: true });
  // A clock that was put back is no minute.
  if (at.getTime() - before.since.getTime() < againMs) return unsure(before);
  return { is: "REPLACED", reason: "OTHER_CONTENT", media: { digest, since: before.since } };
}

/** When a page is looked at again that was found without what is illegal there once; undefined while nothing waits. */
export function againDue(marks: readonly (MediaMark | undefined)[], now: Date, againMs: number): Date | undefined {
  const times = marks.flatMap((mark) => {
    if (mark === undefined || mark.differs) return [];
    const due = mark.since.getTime() + againMs;
    return due > now.getTime() && due - now.getTime() <= againMs ? [due] : [];
  });
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

import type { Lease } from "../look/lease.ts";
import type { Visit } from "../look/look.ts";
import type { Targets } from "../store.ts";
import type { Target } from "../targets/target-state.ts";
import { collected, type CollectDeps, type KnownMedia } from "./collect.ts";
import { everOn, illegalAmong, viewOfPage } from "./illegal.ts";
import { loadPage, type Pages } from "./keep.ts";
import type { PageRecord } from "./page-state.ts";

export interface OnPageDeps extends CollectDeps {
  targets: Pick<Targets, "load" | "find">;
  pages: Pages;
  /** So long what was fetched of a page counts as known. */
  pageAnewMs: number;
}

/** What eyes find on a page in one slot: what one has fetched the others do not fetch again. */
export function lookingOnPages(deps: OnPageDeps, target: Target, lease: Pick<Lease, "during">): Visit["onPage"] {
  const { pages, targets } = deps;
  const { targetId, episode, verdict } = target;
  let known: Promise<PageRecord | undefined> | undefined;
  let media: KnownMedia | undefined;
  return async (page, visit) => {
    known ??= loadPage(pages, { targetId, episode }).then((kept) => kept?.record);
    const record = await known;
    media ??= mediaIn(record, isToBeAnew(deps, target, record));
    const now = media;
    const sight = await lease.during((lost) => {
      const during: Visit["during"] = (job) => job(lost);
      return collected(deps, page, now, { ...visit, during, stop: AbortSignal.any([visit.stop, lost]) });
    });
    const ids = [...everOn(record), ...sight.items].map((item) => item.targetId);
    const illegal = await illegalAmong(targets, [...new Set(ids)]);
    const view = viewOfPage(record, sight, illegal, verdict?.isIllegal === true);
    return { sight, ...(view && { view }) };
  };
}

function mediaIn(record: PageRecord | undefined, isAnew: boolean): KnownMedia {
  if (record === undefined || isAnew) return { items: new Map(), small: new Set(), isAnew: true };
  const items = new Map(everOn(record).map(({ eyes: _eyes, isFound: _found, ...item }) => [item.targetId, item]));
  return { items, small: new Set(record.small), isAnew: false };
}

/** A report asks what is there now; and what lies at an address may change by and by. */
function isToBeAnew(
  { clock, pageAnewMs }: OnPageDeps,
  { reportedTime }: Target,
  record: PageRecord | undefined,
): boolean {
  if (record === undefined) return true;
  const { fetchedTime } = record;
  const isOld = Math.abs(clock.now().getTime() - fetchedTime.getTime()) >= pageAnewMs;
  return isOld || (reportedTime !== undefined && reportedTime > fetchedTime);
}

import type { Clock } from "@ntd/service";
import { change, type Collection } from "@ntd/store";
import { mediaFacts, merged, type EyeSight } from "./merge.ts";
import type { PagePart, PageRecord } from "./page-state.ts";
import { partEvent, partIdOf, partsOf, type PageOf } from "./parts.ts";

export type Pages = Collection<PagePart, "targetId" | "emptyAt">;

export interface PageDeps {
  pages: Pages;
  clock: Clock;
  /** Media of a page, at most. */
  pageMedia: number;
}

/** Since when a part is closed that still holds something: the first one does as long as it tells where the page stood. */
export function emptyAtOf({ closedTime, items, first }: PagePart): Date | undefined {
  return items.length > 0 || first?.address !== undefined ? closedTime : undefined;
}

/** A page as it is kept, and the parts that this was read from. */
export interface KeptPage {
  record: PageRecord;
  parts: PagePart[];
}

export async function loadPage(
  pages: Pick<Pages, "load">,
  { targetId, episode }: PageOf,
): Promise<KeptPage | undefined> {
  const first = (await pages.load(partIdOf(targetId, episode, 0)))?.state;
  if (first?.first === undefined) return undefined;
  const parts = [first];
  for (let part = 1; part < first.first.reach; part++) {
    const found = await pages.load(partIdOf(targetId, episode, part));
    if (found !== undefined) parts.push(found.state);
  }
  const { reach: _reach, ...kept } = first.first;
  const { revision, counts, lookedTime } = first;
  const items = parts.flatMap((part) => part.items);
  return { parts, record: { revision, counts, lookedTime, ...kept, items } };
}

/**
 * Keeps what a slot found on a page, before its target is told to have seen it. Where the media are as they were nothing
 * is written; killed between two parts it is done anew by the look that follows.
 *
 * @param from the episode that is known; that of `page` may have just begun.
 */
export async function keepPage(deps: PageDeps, page: PageOf, from: number, sights: readonly EyeSight[]): Promise<void> {
  const { pages, clock } = deps;
  const own = await loadPage(pages, page);
  const former = own || from === page.episode ? undefined : await loadPage(pages, { ...page, episode: from });
  const now = clock.now();
  // What left a page in an earlier episode has nothing to say in this one.
  const known = own?.record ?? (former && { ...former.record, former: [] });
  const merging = merged(known, sights, now, deps.pageMedia);
  const next = own ? merging : { ...merging, former: [] };
  const revision = own?.record.revision ?? 0;
  const isSame = own !== undefined && mediaFacts(own.record) === mediaFacts(next);
  const isWhole = own?.parts.every((part) => part.revision === revision && part.closedTime === undefined) === true;
  const reach = own?.parts[0]?.first?.reach ?? 0;
  if (!isSame || !isWhole || own.parts.length < reach) {
    const newest = Math.max(0, ...(own?.parts ?? []).map((part) => part.revision));
    for (const part of partsOf(page, { ...next, revision: newest + 1 }, reach)) await writePart(deps, part);
  } else if (sights.some(({ isAnew }) => isAnew)) await noteFetched(deps, page, now);
  if (from !== page.episode) await closePage(deps, { ...page, episode: from });
}

async function writePart({ pages, clock }: PageDeps, next: PagePart): Promise<void> {
  await change(pages, partIdOf(next.targetId, next.episode, next.part), (before) => {
    return { state: withFounds(before, next), event: partEvent(before, next, clock.now()) };
  });
}

async function noteFetched({ pages }: PageDeps, { targetId, episode }: PageOf, now: Date): Promise<void> {
  await change(
    pages,
    partIdOf(targetId, episode, 0),
    (state) => state?.first && { state: { ...state, first: { ...state.first, fetchedTime: now } } },
  );
}

// What was found meanwhile is not forgotten.
function withFounds(before: PagePart | undefined, next: PagePart): PagePart {
  const found = new Set(
    [...(before?.items ?? []), ...(before?.first?.former ?? [])].flatMap(({ targetId, isFound }) =>
      isFound ? [targetId] : [],
    ),
  );
  const marked = (items: PagePart["items"]) =>
    items.map((item) => (found.has(item.targetId) ? { ...item, isFound: true as const } : item));
  const { first } = next;
  return { ...next, items: marked(next.items), ...(first && { first: { ...first, former: marked(first.former) } }) };
}

/** Nothing is looked up for a page that is watched no longer. */
export async function closePage({ pages, clock }: Pick<PageDeps, "pages" | "clock">, page: PageOf): Promise<void> {
  const kept = await loadPage(pages, page);
  for (const { part } of kept?.parts ?? []) {
    await change(pages, partIdOf(page.targetId, page.episode, part), (state) => {
      if (state === undefined || state.closedTime !== undefined) return undefined;
      const now = clock.now();
      const closed = { ...state, closedTime: now };
      return { state: closed, event: partEvent(state, closed, now) };
    });
  }
}

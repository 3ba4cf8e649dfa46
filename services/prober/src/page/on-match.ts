import type { Event } from "@ntd/bus";
import { isNegative } from "@ntd/facts";
import type { Hit, Match } from "@ntd/proto/matching/v1/match";
import { failpoint, injectTrace } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { laneFor, laneOf } from "../schedule/lane.ts";
import { newTarget, wanted, type Asks } from "../schedule/schedule.ts";
import { everOn } from "./illegal.ts";
import { loadPage } from "./keep.ts";
import type { Item, PagePart } from "./page-state.ts";
import { partIdOf } from "./parts.ts";

type MatchDeps = Pick<Deps, "targets" | "pages" | "clock" | "wake">;

/**
 * What of a page is like something listed, or decided illegal, becomes a target of its own. The page's document names it first, so that the
 * page still knows it once it shows it no more; then the targets are made. Cut short, it runs again and finishes them.
 */
export function onMatch(deps: MatchDeps) {
  const { targets, pages, clock, wake } = deps;
  return async ({ data }: Event<Match>): Promise<void> => {
    const { targetId, episode, items } = data;
    const listed = items.filter(({ hits }) => hits.some(speaksFor));
    const hit = new Set(listed.map(({ itemTargetId }) => itemTargetId));
    if (hit.size === 0) return;
    const page = await loadPage(pages, { targetId, episode });
    if (page === undefined) return;
    for (const { part } of page.parts) {
      await change(pages, partIdOf(targetId, episode, part), (state) => {
        const marked = state && withFound(state, hit);
        return marked && { state: marked };
      });
    }
    failpoint("prober.found");
    // What stands in the page itself is its page's: it has no address that anybody could be asked to remove.
    const found = everOn(page.record).filter((item) => hit.has(item.targetId) && item.isInline !== true);
    const isRaised = (await targets.load(targetId))?.state.raised === true;
    const now = clock.now();
    const asks = { lane: laneFor("report", `page ${targetId}`), trace: injectTrace() };
    const made = found.map((item) => foundTarget(item, { targetId, isRaised }, asks, now));
    await targets.insertMany(made.map((state) => ({ id: state.targetId, state })));
    for (const state of made) wake(laneOf(state));
    // One that is watched no longer is taken up again; any other is looked at as it is.
    for (const item of found) {
      await change(targets, item.targetId, (state) =>
        state?.phase.is === "CLOSED" ? { state: wanted(state, asks, now) } : undefined,
      );
    }
  };
}

function speaksFor(hit: Hit): boolean {
  return !isNegative(hit);
}

function foundTarget(item: Item, page: { targetId: string; isRaised: boolean }, asks: Asks, now: Date) {
  const target = { ...newTarget(item.targetId, item.address, now), foundOn: page.targetId };
  return wanted(page.isRaised ? { ...target, raised: true } : target, asks, now);
}

function withFound(state: PagePart, hit: ReadonlySet<string>): PagePart | undefined {
  const isNew = (item: Item) => hit.has(item.targetId) && item.isFound !== true;
  const { items, first } = state;
  if (![...items, ...(first?.former ?? [])].some(isNew)) return undefined;
  const marked = (some: readonly Item[]) =>
    some.map((item) => (isNew(item) ? { ...item, isFound: true as const } : item));
  return { ...state, items: marked(items), ...(first && { first: { ...first, former: marked(first.former) } }) };
}

import type { DataOf, Event } from "@ntd/bus";
import { atOnce, failpoint, injectTrace } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { matchIdOf } from "../ids.ts";
import { itemKeyOf, itemRowIdOf, takePart } from "./page.ts";
import { left, shown } from "./shown-on.ts";
import { tellPage } from "./tell-pages.ts";

/** Contents that are written at once. */
const LANES = 8;

/**
 * Notes what is on a page: in the page's own row first, with whatever it shows no more; then each content in its row,
 * which the one loop looks up. Cut short, it runs again and finishes the list.
 */
export function onPage(deps: Pick<Deps, "collections" | "clock" | "searchSoon">) {
  const { rows } = deps.collections;
  return async ({ version, data }: Event<DataOf<"page">>): Promise<void> => {
    const pageId = matchIdOf(data.targetId, data.episode);
    const saved = await change(rows, pageId, (row) => {
      const next = takePart(row, data, version);
      return next && { state: next };
    });
    failpoint("matching.page");
    const part = saved?.state.page?.parts.find((one) => one.part === data.part);
    // A newer one has come meanwhile, and does all this.
    if (part === undefined || part.version > version) return;
    const now = deps.clock.now();
    const trace = injectTrace();
    await atOnce(data.closed ? [] : data.items, LANES, async (item) => {
      const itemKey = itemKeyOf(item);
      if (itemKey === undefined || item.content === undefined) return;
      const { content } = item;
      await change(rows, itemRowIdOf(itemKey), (row) => {
        const next = shown(row, { itemKey, content, pageId, now, trace });
        return next && { state: next };
      });
    });
    await atOnce(part.left, LANES, async (rowId) => {
      await change(rows, rowId, (row) => {
        const next = row && left(row, pageId, now);
        return next && { state: next };
      });
    });
    failpoint("matching.items");
    // What was known before is told of at once; the rest when it was looked up.
    await tellPage(deps, pageId);
    deps.searchSoon();
  };
}

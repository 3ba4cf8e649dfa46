import type { Hit } from "@ntd/proto/matching/v1/match";
import { atOnce, failpoint } from "@ntd/service";
import { change, type Cursor } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { countSearch } from "../metrics.ts";
import type { Aside } from "../rows/aside.ts";
import { matchEvent } from "../rows/publish.ts";
import { foundOn, rowIdsOf, withFound } from "./page.ts";
import { told } from "./shown-on.ts";

/** Contents that are told of together: those of one page mostly come together, and it is told once. */
const TOGETHER = 500;
const LANES = 8;

type Telling = Pick<Deps, "collections" | "clock">;

/** Tells the pages of every content that was looked up, or has other hits now. A page is told before its content is done. */
export async function tellPages(deps: Telling, aside: Aside, stop: AbortSignal): Promise<void> {
  const { rows } = deps.collections;
  const untold = { where: { untoldIn: { gte: "" } }, orderBy: "untoldIn", limit: TOGETHER } as const;
  for (let after: Cursor | undefined; !stop.aborted;) {
    const query = { ...untold, ...(after && { after }) };
    const { columns, length } = await rows.project(query, { id: "text", untoldIn: "text" });
    // What is put aside keeps its place, and nobody behind it from theirs.
    const ids = columns.id.filter((id) => !aside.holds(id));
    const found = await Promise.all(ids.map((id) => aside.unlessBad(id, () => rows.load(id))));
    const items = found.filter((item) => item !== undefined);
    const pages = new Set(items.flatMap(({ state }) => state.shownOn?.pages ?? []));
    await atOnce([...pages], LANES, (id) => aside.unlessBad(id, () => tellPage(deps, id)));
    failpoint("matching.pages-told");
    // Refused, it has other news by now, or another page: it comes again.
    await atOnce(items, LANES, async (item) => {
      await aside.unlessBad(item.id, () => rows.save(item, told(item.state)));
    });
    const last = columns.id.at(-1);
    if (last === undefined || length < TOGETHER) return;
    after = { id: last, value: columns.untoldIn.at(-1) ?? "" };
  }
}

/** Tells what was found on a page, once all that it shows was looked up, and when that is something else. */
export async function tellPage({ collections: { rows }, clock }: Telling, pageId: string): Promise<void> {
  await change(rows, pageId, async (row) => {
    if (row?.page === undefined) return undefined;
    const hits = new Map<string, readonly Hit[] | undefined>();
    await atOnce(rowIdsOf(row.page), LANES, async (id) => {
      const item = (await rows.load(id))?.state;
      hits.set(id, item === undefined || item.pending ? undefined : item.told?.hits);
    });
    const found = foundOn(row.page, (id) => hits.get(id));
    const now = clock.now();
    const next = found && withFound(row, found, now);
    if (found === undefined || next === undefined) return undefined;
    if (next.told === undefined || next.told === row.told) return { state: next };
    countSearch(found.items.length > 0 ? "found" : "none");
    return { state: next, event: matchEvent(pageId, next, next.told, now) };
  });
}

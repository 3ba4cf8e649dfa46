import { atOnce, withTrace } from "@ntd/service";
import type { Cursor, Document } from "@ntd/store";
import { tellPage } from "../pages/tell-pages.ts";
import type { Aside } from "./aside.ts";
import type { Deps } from "../deps.ts";
import type { LoadedSet } from "../lists/loaded-set.ts";
import { mayLookUp, newRange, rangeOf, type RangeState } from "./range.ts";
import { hitsIn } from "./hits-in.ts";
import type { Row } from "./row.ts";
import { saveSearch } from "./save-search.ts";

const PAGE = 50;
/** Rows that are in hand at once: while one is written, another is searched. */
const LANES = 8;

export type LookUp = Pick<Deps, "collections" | "index" | "clock" | "log">;

/**
 * Looks up, in every set, each row that waits for it, as far as it can in the time given. Another replica may be at the
 * same: who saves first has done it.
 */
export async function lookUpPending(deps: LookUp, aside: Aside, stop: AbortSignal, forMs = Infinity): Promise<void> {
  const end = performance.now() + forMs;
  const { rows } = deps.collections;
  const waiting = { where: { pendingIn: { gte: "" } }, orderBy: "pendingIn", limit: PAGE } as const;
  for (let after: Cursor | undefined; !stop.aborted && performance.now() < end;) {
    const query = { ...waiting, ...(after && { after }) };
    const { columns, length } = await rows.project(query, { id: "text", pendingIn: "text" });
    const ids = columns.id.filter((id) => !aside.holds(id));
    if (ids.length > 0) await lookUpPage(deps, aside, ids, stop);
    const last = columns.id.at(-1);
    if (last === undefined || length < PAGE) return;
    after = { id: last, value: columns.pendingIn.at(-1) ?? "" };
  }
}

async function lookUpPage(deps: LookUp, aside: Aside, ids: readonly string[], stop: AbortSignal): Promise<void> {
  const { rows } = deps.collections;
  const documents = await Promise.all(ids.map((id) => aside.unlessBad(id, () => rows.load(id))));
  await deps.index.withSets(async (sets) => {
    // Behind the rows: a pass that begins now raises the versions of those that it does not find searched.
    const ranges = await allRanges(deps);
    const counterOf = (setId: string) => sets.find((set) => set.setId === setId)?.counter ?? 0;
    await atOnce(documents, LANES, async (document) => {
      if (document === undefined || !document.state.pending || stop.aborted) return;
      const { id, state } = document;
      if (!mayLookUp(ranges.get(rangeOf(id)) ?? newRange, counterOf)) return;
      const searched = await aside.unlessBad(id, () =>
        withTrace(state.trace ?? {}, "search", () => lookUp(deps, document, sets)),
      );
      if (searched === true) await aside.done(id);
    });
  });
}

async function lookUp(deps: LookUp, document: Document<Row>, sets: readonly LoadedSet[]): Promise<boolean> {
  const inForce = sets.filter(({ counter }) => counter > 0);
  const found = await Promise.all(
    inForce.map(async (set) => ({ setId: set.setId, counter: set.counter, hits: await hitsIn(set, document.state) })),
  );
  const isSaved = await saveSearch(deps, document, { ...document.state, searched: [] }, found);
  // It may have been put aside over what it shows, which nobody tells it again.
  if (isSaved && document.state.page !== undefined) await tellPage(deps, document.id);
  return isSaved;
}

export async function allRanges({ collections }: Pick<Deps, "collections">): Promise<Map<string, RangeState>> {
  const found = await collections.ranges.find({ limit: 16 });
  return new Map(found.map(({ id, state }) => [id, state]));
}

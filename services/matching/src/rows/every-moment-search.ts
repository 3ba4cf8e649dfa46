import { setImmediate } from "node:timers/promises";
import { startLoop, withTrace, type Clock, type Logger, type Loop } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { HashIndex } from "../search/hash-index.ts";
import { countSearch } from "../metrics.ts";
import { matchEvent } from "./publish.ts";
import { behindIn, takeSearch, unharmed, type Row, type SetSearch } from "./row.ts";
import { DEFAULT_RECIPE, planOf } from "../search/search-plan.ts";
import type { Collections } from "../store.ts";

export interface Searching {
  collections: Pick<Collections, "rows">;
  index: HashIndex;
  clock: Clock;
  log: Logger;
}

const PAGE = 50;

/**
 * The one loop that looks up: every row that is behind, be it new or older than a release. What was not looked up at
 * all comes first. Another replica may be at the same row: who saves first has done it.
 */
export function startSearching(searching: Searching): Loop {
  const { index, log } = searching;
  return startLoop("search", 250, log, async (stop) => {
    while (index.ready && !stop.aborted) {
      const behind = await rowsBehind(searching);
      for (const document of behind) {
        if (stop.aborted) return;
        await withTrace(document.state.trace ?? {}, "search", () => searchRow(searching, document));
        // A search takes the processor for itself: whoever waits has a turn between two of them.
        await setImmediate();
      }
      if (behind.length === 0) return;
    }
  });
}

// A page of each kind, so that neither waits for the other: there may be many rows, and of those with hits a few.
async function rowsBehind({ collections: { rows }, index }: Searching): Promise<Document<Row>[]> {
  const { mark, hitMark } = index;
  const behindRelease = await rows.find({ where: { mark: { lt: mark } }, orderBy: "mark", limit: PAGE });
  const behindRevocation = await rows.find({ where: { hitMark: { lt: hitMark } }, orderBy: "hitMark", limit: PAGE });
  const seen = new Set(behindRelease.map(({ id }) => id));
  return [...behindRelease, ...behindRevocation.filter(({ id }) => !seen.has(id))];
}

async function searchRow({ collections, index, clock }: Searching, document: Document<Row>): Promise<void> {
  const { id, state: row } = document;
  const { fingerprints, recipe = DEFAULT_RECIPE, pdqForms } = row.content;
  const plan = planOf(fingerprints, recipe, pdqForms);
  const found = await index.withSets(async (sets): Promise<SetSearch[]> => {
    const searches = behindIn(row, sets).map(async (set) => {
      const { setId, counter, releaseCounter } = set;
      return { setId, counter, releaseCounter, hits: await set.search(plan) };
    });
    return [...unharmed(row, sets), ...(await Promise.all(searches))];
  });
  const now = clock.now();
  const next = takeSearch(row, found, now);
  const { told } = next;
  const event = told === undefined || told === row.told ? undefined : matchEvent(id, next, told, now);
  const saved = await collections.rows.save(document, next, event);
  if (saved !== undefined && told !== row.told) countSearch(told?.hits.length ? "found" : "none");
}

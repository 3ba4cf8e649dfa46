import { setTimeout as delay } from "node:timers/promises";
import { startThreads } from "@ntd/hammingindex";
import { createLog, systemClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { streamChanges } from "../../services/hashlists/src/entries/rpc-stream-changes.ts";
import { knownRevoked } from "../../services/hashlists/src/revoked/known-revoked.ts";
import { streamEntries } from "../../services/hashlists/src/entries/rpc-stream-entries.ts";
import { streamRevocations } from "../../services/hashlists/src/revocations/rpc-stream-revocations.ts";
import { streamStandings } from "../../services/hashlists/src/standings/rpc-stream-standings.ts";
import { openCollections as openLists } from "../../services/hashlists/src/store.ts";
import { startLoadingSets } from "../../services/matching/src/lists/every-second-load-sets.ts";
import { Freshness } from "../../services/matching/src/lists/freshness.ts";
import { onRelease } from "../../services/matching/src/lists/on-release.ts";
import type { Hashlists } from "../../services/matching/src/lists/set-entries.ts";
import { Snapshots } from "../../services/matching/src/snapshots/snapshots.ts";
import { startSearching } from "../../services/matching/src/rows/every-second-search.ts";
import { onTarget } from "../../services/matching/src/rows/on-target.ts";
import { markIn, RANGES } from "../../services/matching/src/rows/range.ts";
import { HashIndex } from "../../services/matching/src/search/hash-index.ts";
import { openCollections } from "../../services/matching/src/store.ts";
import { measureAdded } from "./quantity-added.ts";
import { activateOther, CHANGED, fillLists, fillRows, SET, targetOf } from "./quantity-matching-fill.ts";
import { compared, timesOf, watchMemory, withLateness } from "./quantity-measure.ts";
import type { Sizes } from "./quantity-sizes.ts";
import type { Stores } from "./quantity-stores.ts";
import { atMost, stated, type Figure } from "./report.ts";

/** matching with every picture of a country: a release of a hundred changes in a list of a million. */
export async function measureMatching(stores: Stores, sizes: Sizes): Promise<Figure[]> {
  const lists = await stores.filled("hashlists", (url) => fillLists(url, sizes));
  const rows = await stores.filled("matching", (url) => fillRows(url, sizes));
  const empty = stores.empty("matching");
  const figures = compared("matching: a target that was seen", await seeTargets(empty), await seeTargets(rows));
  return [...figures, ...(await release({ rows, lists }, sizes))];
}

async function seeTargets(url: string): Promise<number[]> {
  await using store = await openStore(url);
  const collections = await openCollections(store);
  const handle = onTarget(collections, () => undefined, systemClock);
  const run = Date.now();
  const event = (n: number) => ({ version: 1, data: targetOf(`new ${run} ${n}`, n) });
  const times = await timesOf(300, (n) => handle(event(n) as unknown as Parameters<typeof handle>[0]));
  // They were never looked up; the release is to be measured without them.
  const waiting = { where: { pendingIn: { gte: "" } }, orderBy: "pendingIn" } as const;
  const { columns } = await collections.rows.project(waiting, { id: "text" });
  await collections.rows.remove(...columns.id);
  return times;
}

async function release(urls: { rows: string; lists: string }, { rows, listed }: Sizes): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const [store, listStore] = [stack.use(await openStore(urls.rows)), stack.use(await openStore(urls.lists))];
  const lists = { ...(await openLists(listStore)), findLostSoon: () => undefined };
  const changesOf = (of: typeof lists) => streamChanges({ ...of, revokedIn: knownRevoked(of) });
  const calls = { entries: streamEntries(lists), revocations: streamRevocations(lists), changes: changesOf(lists) };
  const { entries, revocations, changes } = calls;
  const streamed = { streamEntries: entries, streamRevocations: revocations, streamChanges: changes };
  const direct = { ...streamed, streamStandings: streamStandings(lists) };
  const hashlists = direct as unknown as Hashlists;
  const opened = await openCollections(store);
  const { collections, writes } = counted(opened);
  const threads = stack.use(startThreads({ search: 1 }));
  const log = createLog("matching", "warn");
  const snapshots = new Snapshots("", threads, log);
  const health = { degrade: () => undefined };
  const index = stack.use(new HashIndex());
  const deps = { collections, index, sources: { hashlists, snapshots: undefined, threads }, snapshots, health, log };
  const all = { ...deps, freshness: new Freshness(), clock: systemClock };
  const search = stack.use(startSearching(all));
  const searchSoon = () => search.kick();
  const load = stack.use(startLoadingSets({ ...all, searchSoon }));
  const told = async (counter: number) => {
    const ranges = await opened.ranges.find({ limit: 16 });
    return ranges.length === RANGES.length && ranges.every(({ state }) => markIn(state, SET) >= counter);
  };
  load.kick();
  const [before] = await lists.sets.find({ limit: 1 });
  const counter = before?.state.counter ?? 0;
  const began = performance.now();
  while (!index.ready || !(await told(counter))) await delay(50);
  const figures = [
    stated(`matching: start with ${listed} entries, and all rows through`, (performance.now() - began) / 1000, "s"),
  ];
  writes.rows = writes.ranges = 0;
  const rss = watchMemory();
  const { ms, lateMs } = await withLateness(async () => {
    const event = await activateOther(lists);
    await onRelease(collections, () => load.kick())(event as unknown as Parameters<ReturnType<typeof onRelease>>[0]);
    while (!(await told(counter + 1))) await delay(50);
  });
  const grown = rss() / 2 ** 20;
  const what = `matching: ${rows} rows, a release of ${2 * CHANGED} changes in ${listed} entries`;
  figures.push(
    atMost(`${what}: to the last event`, ms / 1000, "s", 60),
    atMost(`${what}: rows written (${2 * CHANGED} hit)`, writes.rows, "", 2 * CHANGED),
    atMost(`${what}: other writes`, writes.ranges, "", 5 * RANGES.length),
    atMost(`${what}: event loop, p99 late`, lateMs, "ms", 50),
    stated(`${what}: memory grew by, at most`, grown, "MB"),
    ...(await measureAdded({ collections: opened, index, sources: deps.sources }, { rows, listed })),
  );
  return figures;
}

function counted(opened: Awaited<ReturnType<typeof openCollections>>) {
  const writes = { rows: 0, ranges: 0 };
  const counting = (name: "rows" | "ranges") => ({
    ...opened[name],
    save: (...args: Parameters<(typeof opened)["rows"]["save"]>) => {
      writes[name]++;
      return (opened[name].save as (typeof opened)["rows"]["save"])(...args);
    },
  });
  const collections = { ...opened, rows: counting("rows"), ranges: counting("ranges") } as unknown as typeof opened;
  return { collections, writes };
}

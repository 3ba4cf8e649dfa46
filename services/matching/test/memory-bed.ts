import { createLog, MovableClock } from "@ntd/service";
import { Aside, type AsideState } from "../src/rows/aside.ts";
import type { RangeState } from "../src/rows/range.ts";
import type { Row } from "../src/rows/row.ts";
import { HashIndex } from "../src/search/hash-index.ts";
import { rowsSpec, type Collections } from "../src/store.ts";
import { MemoryCollection } from "./memory-collection.ts";

/** What the loop works with, over a store in memory; one row of it may not be read, or not be saved with an event. */
export function memoryBed(fails?: "load" | "save") {
  const clock = new MovableClock();
  const at = () => Promise.resolve();
  const rows = new MemoryCollection<Row>(rowsSpec as never);
  const ranges = new MemoryCollection<RangeState>({ name: "ranges", fields: {} });
  const asideRows = new MemoryCollection<AsideState>({ name: "aside", fields: { dueAt: ({ dueAt }) => dueAt } });
  const seen = rows.seenBy<"range" | "pendingIn" | "entryIds", "lookup">(at);
  const bad = { id: "", failure: new Error("broken") };
  const broken = (id: string) => (id === bad.id ? Promise.reject(bad.failure) : undefined);
  const faulty: typeof seen = {
    ...seen,
    load: (id) => (fails === "load" && broken(id)) || seen.load(id),
    save: (document, state, event) =>
      (fails === "save" && event && broken(document.id)) || seen.save(document, state, event),
  };
  const collections = {
    rows: faulty,
    ranges: ranges.seenBy(at),
    aside: asideRows.seenBy(at),
  } as unknown as Collections;
  const degraded = { now: false };
  const health = { degrade: (_cause: string, is: boolean) => void (degraded.now = is) };
  const index = new HashIndex();
  const deps = { collections, index, clock, log: createLog("matching", "silent"), health };
  const aside = new Aside(deps);
  const { signal: stop } = new AbortController();
  const told = (id: string) => rows.documents.get(id)?.state.told?.hits.map(({ entryId }) => entryId);
  return { bad, deps, aside, stop, rows, ranges, asideRows, degraded, told, clock };
}

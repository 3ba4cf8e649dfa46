import { counter, gauge, type Clock, type Labels } from "@ntd/service";
import type { Freshness } from "./lists/freshness.ts";
import type { HashIndex } from "./search/hash-index.ts";
import type { LoadedSet } from "./lists/loaded-set.ts";

const matches = counter("ntd_matching_matches", "Matches that were told, by whether anything was found.");

export function countSearch(outcome: "found" | "none"): void {
  matches({ outcome });
}

const checked = counter("ntd_matching_checked_hashes", "Hashes that platforms had checked, by verdict.");
const checkAlarms = counter("ntd_matching_check_alarms", "Alarms about who checks hashes, by alarm.");

export function countChecked(of: { known: number; notKnown: number; notJudged: number }): void {
  for (const [verdict, count] of Object.entries(of)) if (count > 0) checked({ verdict }, count);
}

export function countAlarm(alarm: string): void {
  checkAlarms({ alarm });
}

/** Shows how many rows wait for an operator, until disposed. */
export function showAside(aside: { readonly size: number }): Disposable {
  return gauge("ntd_matching_rows_aside", "Rows that cannot be searched or told of", () => [[aside.size, {}]]);
}

/** Shows of each set how much of it is searched, and how old that is, until disposed. */
export function showSets(index: HashIndex, freshness: Freshness, clock: Clock): Disposable {
  const gauges = new DisposableStack();
  const ofEach = (name: string, description: string, read: (set: LoadedSet) => number | undefined) => {
    gauges.use(gauge(`ntd_matching_set_${name}`, description, () => readEach(index, read)));
  };
  const since = (time: Date | undefined) => time && (clock.now().getTime() - time.getTime()) / 1000;
  ofEach("rows", "Entries that a search can find", (set) => set.entries.searchable);
  ofEach("index_counter", "All that was revoked up to here is out", (set) => set.counter);
  ofEach("release_age_seconds", "Since the release came into force", (set) => since(set.activatedTime));
  ofEach("loaded_seconds", "Since the release was taken in", ({ setId }) => since(freshness.of(setId)?.loaded));
  ofEach("checked_seconds", "Since hashlists said that nothing is missing", ({ setId }) =>
    since(freshness.of(setId)?.checked),
  );
  return gauges;
}

function readEach(
  { sets }: HashIndex,
  read: (set: LoadedSet) => number | undefined,
): (readonly [value: number, labels: Labels])[] {
  return sets.flatMap((set) => {
    const value = read(set);
    return value === undefined ? [] : [[value, { set: set.setId }] as const];
  });
}

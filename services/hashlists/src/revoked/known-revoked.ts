import { NumberedIds } from "../entries/numbered-ids.ts";
import { revokedIn } from "./revoked-in.ts";
import type { StepCollections } from "./steps-in-effect.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { keptLast } from "../views/kept-last.ts";

/** So often it is kept: pages of one set come one after the other. */
const KEPT = 8;

/** Each with the counter with which it was revoked. */
export type KnownRevoked = (set: HashSetState, at?: number) => Promise<NumberedIds>;

interface Known {
  counter: number;
  ids: NumberedIds;
}

/**
 * What is revoked in a set as it is, or was at a counter. Read once for as many pages as are looked at; of what was revoked
 * since only that is read.
 */
export function knownRevoked(collections: StepCollections): KnownRevoked {
  const kept = keptLast<NumberedIds>(KEPT);
  const newest = new Map<string, Known>();
  return (set, at = set.counter) =>
    kept(`${set.setId} ${at}`, async () => {
      const before = newest.get(set.setId);
      const known = before !== undefined && goesOn(before, set, at) ? before : NOTHING;
      const ids = known.ids.copy();
      for await (const some of revokedIn(collections, set, known.counter, at)) {
        for (const one of some) ids.add(one.ids, one.counter);
      }
      if ((newest.get(set.setId)?.counter ?? -1) < at) keepNewest(newest, set.setId, { counter: at, ids });
      return ids;
    });
}

const NOTHING: Known = { counter: 0, ids: new NumberedIds() };

// What was given back since is in the earlier ids.
function goesOn({ counter }: Known, { restoredCounter = 0 }: HashSetState, at: number): boolean {
  return counter <= at && restoredCounter <= counter;
}

function keepNewest(newest: Map<string, Known>, setId: string, known: Known): void {
  newest.delete(setId);
  newest.set(setId, known);
  const [oldest] = newest.keys();
  if (newest.size > KEPT && oldest !== undefined) newest.delete(oldest);
}

import type { Clock, Health, Logger } from "@ntd/service";
import type { Freshness } from "./lists/freshness.ts";
import type { Sources } from "./lists/set-entries.ts";
import type { Snapshots } from "./snapshots/snapshots.ts";
import type { KnownPictures } from "./resemblance/known-pictures.ts";
import type { Askers } from "./checks/askers.ts";
import type { HashIndex } from "./search/hash-index.ts";
import type { Collections } from "./store.ts";

/** What every handler and loop works with. */
export interface Deps {
  collections: Collections;
  index: HashIndex;
  pictures: KnownPictures;
  sources: Sources;
  snapshots: Snapshots;
  freshness: Freshness;
  askers: Askers;
  clock: Clock;
  health: Pick<Health, "degrade">;
  log: Logger;
  /** A set is not as it is known. */
  loadSoon: () => void;
  /** Rows may be behind. */
  searchSoon: () => void;
}

import type { Clock, Logger } from "@ntd/service";
import type { Collections } from "./store.ts";

/** What every call works with. */
export interface Deps extends Collections {
  clock: Clock;
  log: Logger;
  maxReleaseBytes: number;
  uploadMs: number;
  /** An upload of which nothing comes for so long is given up. */
  uploadSilentMs: number;
  uploadsAtOnce: number;
  /** There is something to clean. */
  kickCleaner: () => void;
}

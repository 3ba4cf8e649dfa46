import type { Clock, Sealer } from "@ntd/service";
import type { Collections } from "./store.ts";

/** What handlers work with; made once by `start`. */
export interface Deps extends Collections {
  clock: Clock;
  sealer: Sealer;
  /** After how long a complaint is answered. */
  inquiryMs: number;
  /** From which target ids are computed; the prober holds the same one. */
  targetKey: Uint8Array;
}

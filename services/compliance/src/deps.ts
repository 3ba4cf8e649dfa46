import type { Clock } from "@ntd/service";
import type { Collections } from "./store.ts";

/** What handlers work with; made once by `start`. */
export interface Deps extends Collections {
  clock: Clock;
}

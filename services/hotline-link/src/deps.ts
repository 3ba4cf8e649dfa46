import type { Clock, Logger, Sealer } from "@ntd/service";
import type { Rule } from "./answers/rules.ts";
import type { Collections } from "./store.ts";

/** What calls and loops work with. */
export interface Deps extends Collections {
  clock: Clock;
  log: Logger;
  sealer: Sealer;
  rules: readonly Rule[];
  keepMs: number;
}

import type { Clock, JSONWebKeySet, Logger, Sealer, Signer } from "@ntd/service";
import type { Bells } from "./stream/bells.ts";
import type { TakedownConfig } from "./config.ts";
import type { Directory } from "./providers/directory.ts";
import type { Collections } from "./store.ts";

/** What the handlers work with; made once, in `service.ts`. */
export interface Deps extends Collections {
  config: TakedownConfig;
  clock: Clock;
  log: Logger;
  sealer: Sealer;
  signer: Signer;
  keySet: () => JSONWebKeySet;
  bells: Bells;
  directory: Directory;
}

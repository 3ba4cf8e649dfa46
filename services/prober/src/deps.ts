import type { Address, Clock, Logger, Sealer } from "@ntd/service";
import type { Collections } from "./store.ts";
import type { PublishSettings } from "./targets/publish.ts";

/** What the handlers of the prober work with. */
export interface Deps extends Collections {
  clock: Clock;
  log: Logger;
  sealer: Sealer;
  /** The id of the target that an address is. One that release 0.2 made has another id than its address. */
  targetIdOf: (address: Pick<Address, "fetch">) => string;
  /** The id that release 0.2 gave it. */
  formerTargetIdOf: (address: Pick<Address, "fetch">) => string;
  /** A keyed digest of a host's name: the same for the same host, and nobody else can tell which. */
  hostDigest: (hostname: string) => string;
  settings: PublishSettings;
  /** Something in this lane is due: it is looked at as soon as it has a hand. */
  wake(lane: string): void;
}

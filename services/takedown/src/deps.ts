import type { CountryPolicy } from "@ntd/facts";
import type { HotlineLinkServiceService } from "@ntd/proto/hotline/v1/hotline_link_service";
import type { RpcClient } from "@ntd/rpc";
import type { Schemes } from "@ntd/schemes";
import type { Clock, Health, JSONWebKeySet, Logger, Sealer, Signer } from "@ntd/service";
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
  /** The link between hotlines; undefined: there is none. */
  hotlines: Pick<RpcClient<typeof HotlineLinkServiceService>, "sendRecord" | "listAnswers"> | undefined;
  /** What becomes of material abroad, as it is said now. */
  countries: () => CountryPolicy;
  /** What codes of other schemes say beside a classification. */
  schemes: Schemes;
  health: Pick<Health, "degrade">;
}

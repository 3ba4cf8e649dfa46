import type { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import type { RpcClient } from "@ntd/rpc";
import type { Clock, Health, Logger } from "@ntd/service";
import type { Ways } from "./asking/ask.ts";
import type { ConnectorConfig } from "./connectors/connectors-file.ts";
import type { Collections } from "./store.ts";

/** What calls and loops work with. */
export interface Deps extends Collections {
  clock: Clock;
  log: Logger;
  health: Health;
  /** Those of the file, as it is now. */
  connectorsNow: () => readonly ConnectorConfig[];
  ways: Ways;
  hashlists: Pick<RpcClient<typeof HashListServiceService>, "uploadRelease" | "listReleases">;
  sets: Pick<RpcClient<typeof HashSetViewServiceService>, "getSet">;
  isLive: boolean;
  /** This process, in leases. */
  replica: string;
  /** Something may be due. */
  kickPuller: () => void;
  /** A connector is to be forgotten. */
  kickWatch: () => void;
  /** Something waits to be said. */
  kickSender: () => void;
}

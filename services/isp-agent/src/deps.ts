import type { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import type { RpcClient } from "@ntd/rpc";
import type { Clock, Logger } from "@ntd/service";
import type { IspAgentConfig } from "./config.ts";
import type { Keys } from "./verify/keys.ts";
import type { Notices } from "./store.ts";

export interface Deps {
  config: IspAgentConfig;
  client: RpcClient<typeof NoticeServiceService>;
  notices: Notices;
  keys: Keys;
  clock: Clock;
  log: Logger;
  /** Something changed: every loop looks again. */
  kick(): void;
}

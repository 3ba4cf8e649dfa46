import type { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import type { RpcClient } from "@ntd/rpc";
import type { Clock, Logger } from "@ntd/service";
import type { AtOnce } from "./at-once.ts";
import type { IspAgentConfig } from "./config.ts";
import type { Runner } from "./handling/runner.ts";
import type { SaidOnce } from "./said-once.ts";
import type { Notices } from "./store.ts";
import type { Keys } from "./verify/keys.ts";

export interface Deps {
  config: IspAgentConfig;
  client: RpcClient<typeof NoticeServiceService>;
  notices: Notices;
  keys: Keys;
  clock: Clock;
  log: Logger;
  /** Starts handlers. */
  runner: Runner;
  /** Notices that are handled now; none may be when the provider has no handler. */
  hands: AtOnce;
  /** Answers that are under way now. */
  answers: AtOnce;
  /** Calls that the platform did not take, and what could not be written: many notices have one cause. */
  said: { calls: SaidOnce; writes: SaidOnce };
  /** A hand is free, or there is something to handle: the loop looks now. */
  moreToHandle(): void;
}

import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { connect } from "@ntd/rpc";
import { createLog, systemClock, type Clock } from "@ntd/service";
import { openStore } from "@ntd/store";
import type { IspAgentConfig } from "./config.ts";
import type { Deps } from "./deps.ts";
import { startHandling } from "./handling/every-moment-handle.ts";
import { startTelling } from "./notices/every-moment-tell.ts";
import { startListing } from "./notices/every-second-list.ts";
import { openKeys } from "./verify/keys.ts";
import { resumeAll } from "./handling/resume.ts";
import { openNotices } from "./store.ts";
import { startWatching } from "./notices/watch.ts";

/** Starts the agent. It serves nobody: it connects to the platform and runs the provider's own command. */
export async function start(config: IspAgentConfig, overrides: { clock?: Clock } = {}): Promise<AsyncDisposable> {
  const log = createLog("isp-agent", config.logLevel);
  const clock = overrides.clock ?? systemClock;
  await using stack = new AsyncDisposableStack();
  const notices = await openNotices(stack.use(await openStore(config.storeUrl)));
  await resumeAll(notices, clock.now());
  const { takedownAddress: address, identityDir } = config;
  const client = stack.use(connect(NoticeServiceService, { address, identityDir }));
  const keys = openKeys(config.keysFile, client, log);
  const loops: { kick(): void }[] = [];
  const kick = () => loops.forEach((loop) => loop.kick());
  const deps: Deps = { config, client, notices, keys, clock, log, kick };
  if (config.statusFile !== "") loops.push(stack.use(startListing(deps)));
  loops.push(stack.use(startTelling(deps)));
  if (config.handler.length > 0) loops.push(stack.use(startHandling(deps)));
  stack.use(startWatching(deps));
  log.info({ providerId: config.providerId, handler: config.handler.length > 0 }, "listening for notices");
  return stack.move();
}

import { startService, type Overrides, type Running } from "@ntd/host";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import type { IspAgentConfig } from "./config.ts";
import { AtOnce } from "./at-once.ts";
import { startHandling } from "./handling/every-moment-handle.ts";
import { startTelling } from "./notices/every-moment-tell.ts";
import { startListing } from "./notices/every-second-list.ts";
import { openKeys } from "./verify/keys.ts";
import { resumeAll } from "./handling/resume.ts";
import { startRunner } from "./handling/runner.ts";
import { SaidOnce } from "./said-once.ts";
import { openNotices } from "./store.ts";
import { startWatching } from "./notices/watch.ts";

const HANDLERS = 4;
const ANSWERS = 16;

/** Starts the agent. It serves nobody: it connects to the platform and runs the provider's own command. */
export function start(config: IspAgentConfig, overrides?: Overrides): Promise<Running> {
  const handles = config.handler.length > 0;
  return startService({
    name: "isp-agent",
    config,
    overrides,
    open: async ({ store, clock, log, peer, soon, use }) => {
      const notices = await openNotices(store);
      await resumeAll(notices, clock.now());
      const client = peer(NoticeServiceService, { address: config.takedownAddress });
      const keys = openKeys(config.keysFile, client, log);
      log.info({ providerId: config.providerId, handler: handles }, "listening for notices");
      return {
        config,
        client,
        notices,
        keys,
        clock,
        log,
        runner: use(startRunner(log)),
        hands: new AtOnce(handles ? HANDLERS : 0),
        answers: new AtOnce(ANSWERS),
        said: { calls: new SaidOnce(), writes: new SaidOnce() },
        moreToHandle: handles ? soon("handle") : () => undefined,
      };
    },
    loops: (deps) => ({
      watch: () => startWatching(deps),
      ...(handles && { handle: () => startHandling(deps) }),
      tell: () => startTelling(deps),
      ...(config.statusFile !== "" && { list: () => startListing(deps) }),
    }),
  });
}

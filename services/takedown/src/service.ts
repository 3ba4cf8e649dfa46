import { busCheck, connectBus, operations, startRelay, startTail, startWork } from "@ntd/bus";
import { OperationsServiceService } from "@ntd/proto/operations/v1/operations_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import { service, startRpcServer, type RpcService } from "@ntd/rpc";
import { createLog, Health, sealerFromFile, signerFromFile, systemClock, type Clock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { access } from "./access.ts";
import { Bells } from "./stream/bells.ts";
import type { TakedownConfig } from "./config.ts";
import type { Deps } from "./deps.ts";
import { Directory } from "./providers/directory.ts";
import { startEverySecondRefresh } from "./providers/every-second-refresh.ts";
import { startEverySecondFinish } from "./dispatches/every-second-finish.ts";
import { keySetOf } from "./notices/key-set.ts";
import { onCase } from "./dispatches/on-case.ts";
import { onTarget } from "./dispatches/on-target.ts";
import { acknowledgeNotice } from "./notices/rpc-acknowledge-notice.ts";
import { assignProvider } from "./providers/rpc-assign-provider.ts";
import { getNotice } from "./notices/rpc-get-notice.ts";
import { haltDispatch } from "./brake/rpc-halt-dispatch.ts";
import { listNotices } from "./notices/rpc-list-notices.ts";
import { listProviders } from "./providers/rpc-list-providers.ts";
import { listSigningKeys } from "./notices/rpc-list-signing-keys.ts";
import { listUnattributed } from "./providers/rpc-list-unattributed.ts";
import { putProvider } from "./providers/rpc-put-provider.ts";
import { reportOutcome } from "./notices/rpc-report-outcome.ts";
import { resumeDispatch } from "./brake/rpc-resume-dispatch.ts";
import { watchNotices } from "./stream/rpc-watch-notices.ts";
import { openThings } from "./store.ts";

export interface Running extends AsyncDisposable {
  readonly address: string;
}

export async function start(config: TakedownConfig, overrides: { clock?: Clock } = {}): Promise<Running> {
  const log = createLog("takedown", config.logLevel);
  const health = new Health(log);
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(config.storeUrl));
  health.add({ name: "store", run: () => store.ping() });
  const things = await openThings(store);
  const clock = overrides.clock ?? systemClock;
  const signer = await signerFromFile(config.signingKeyFile);
  const deps: Deps = {
    ...things,
    config,
    log,
    clock,
    sealer: sealerFromFile(config.sealingKeysFile),
    signer,
    keySet: keySetOf(signer, config.oldSigningKeysFile),
    bells: new Bells(),
    directory: await Directory.open(things.providers, clock),
  };
  const { natsUrl, identityDir } = config;
  const bus = stack.use(await connectBus({ name: "takedown", natsUrl, identityDir, log }));
  health.add(busCheck(bus, "takedown", health));
  const relay = stack.use(startRelay(bus, store, health));
  const server = stack.use(
    await startRpcServer({ ...config, access, health, log }, [
      ...served(deps),
      service(OperationsServiceService, operations(relay)),
    ]),
  );
  stack.use(await startWork(bus, store, "takedown", { case: onCase(deps), target: onTarget(deps) }));
  stack.use(startTail(bus, "notice", async ({ data }) => deps.bells.ring(data.providerId)));
  stack.use(startEverySecondFinish(deps));
  stack.use(startEverySecondRefresh(deps));
  health.start();
  stack.use(health);
  const running = stack.move();
  return { address: server.address, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

function served(deps: Deps): RpcService[] {
  return [
    service(NoticeServiceService, {
      watchNotices: watchNotices(deps),
      acknowledgeNotice: acknowledgeNotice(deps),
      reportOutcome: reportOutcome(deps),
      getNotice: getNotice(deps),
      listNotices: listNotices(deps),
      listSigningKeys: listSigningKeys(deps),
    }),
    service(ProviderServiceService, {
      putProvider: putProvider(deps),
      listProviders: listProviders(deps),
      listUnattributed: listUnattributed(deps),
      assignProvider: assignProvider(deps),
      haltDispatch: haltDispatch(deps),
      resumeDispatch: resumeDispatch(deps),
    }),
  ];
}

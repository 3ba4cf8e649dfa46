import { busCheck, connectBus, operations, startRelay } from "@ntd/bus";
import { EntryServiceService, HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { OperationsServiceService } from "@ntd/proto/operations/v1/operations_service";
import { service, startRpcServer } from "@ntd/rpc";
import { createLog, Health, systemClock, type Clock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { access } from "./access.ts";
import type { HashlistsConfig } from "./config.ts";
import { startCleaningUploads } from "./releases/every-second-clean-uploads.ts";
import type { Deps } from "./deps.ts";
import { startFinishingRevocations } from "./revocations/every-second-finish-revocations.ts";
import { activateRelease } from "./releases/rpc-activate-release.ts";
import { approveRelease } from "./releases/rpc-approve-release.ts";
import { approveRevocation } from "./revocations/rpc-approve-revocation.ts";
import { createSet } from "./sets/rpc-create-set.ts";
import { listReleases } from "./releases/rpc-list-releases.ts";
import { listRevocations } from "./revocations/rpc-list-revocations.ts";
import { listSets } from "./sets/rpc-list-sets.ts";
import { revokeEntries } from "./revocations/rpc-revoke-entries.ts";
import { streamEntries } from "./entries/rpc-stream-entries.ts";
import { streamRevocations } from "./revocations/rpc-stream-revocations.ts";
import { uploadRelease } from "./releases/rpc-upload-release.ts";
import { openCollections } from "./store.ts";

export interface Running extends AsyncDisposable {
  /** `localhost:port` of the gRPC server. */
  readonly address: string;
}

export async function start(config: HashlistsConfig, overrides: { clock?: Clock } = {}): Promise<Running> {
  const log = createLog("hashlists", config.logLevel);
  const health = new Health(log);
  const clock = overrides.clock ?? systemClock;
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(config.storeUrl));
  health.add({ name: "store", run: () => store.ping() });
  const collections = await openCollections(store);
  const { natsUrl, identityDir } = config;
  const bus = stack.use(await connectBus({ name: "hashlists", natsUrl, identityDir, log }));
  health.add(busCheck(bus, "hashlists", health));
  const relay = stack.use(startRelay(bus, store, health));
  const cleaner = stack.use(startCleaningUploads({ ...collections, clock, log }));
  const hashlists: Deps = {
    ...collections,
    clock,
    log,
    maxReleaseBytes: config.maxReleaseMb * 1024 * 1024,
    uploadMs: config.uploadMinutes * 60_000,
    kickCleaner: () => cleaner.kick(),
  };
  stack.use(startFinishingRevocations(hashlists));
  const hashListService = {
    createSet: createSet(hashlists),
    listSets: listSets(hashlists),
    uploadRelease: uploadRelease(hashlists),
    approveRelease: approveRelease(hashlists),
    activateRelease: activateRelease(hashlists),
    listReleases: listReleases(hashlists),
    revokeEntries: revokeEntries(hashlists),
    approveRevocation: approveRevocation(hashlists),
    listRevocations: listRevocations(hashlists),
  };
  const server = stack.use(
    await startRpcServer({ ...config, access, health, log }, [
      service(HashListServiceService, hashListService),
      service(EntryServiceService, {
        streamEntries: streamEntries(hashlists),
        streamRevocations: streamRevocations(hashlists),
      }),
      service(OperationsServiceService, operations(relay)),
    ]),
  );
  health.start();
  stack.use(health);
  const running = stack.move();
  return { address: server.address, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

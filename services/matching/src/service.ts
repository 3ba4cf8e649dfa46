import { busCheck, connectBus, operations, startRelay, startTail, startWork } from "@ntd/bus";
import { startThreads } from "@ntd/hammingindex";
import { EntryServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import { OperationsServiceService } from "@ntd/proto/operations/v1/operations_service";
import { connect, service, startRpcServer } from "@ntd/rpc";
import { createLog, Health, systemClock, type Clock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { access } from "./access.ts";
import type { MatchingConfig } from "./config.ts";
import { startSearching } from "./rows/every-moment-search.ts";
import { startSavingSnapshots } from "./lists/every-two-seconds-save-snapshots.ts";
import { startLoadingSets } from "./lists/every-second-load-sets.ts";
import { Freshness } from "./lists/freshness.ts";
import { HashIndex } from "./search/hash-index.ts";
import { showSets } from "./metrics.ts";
import { onRelease } from "./lists/on-release.ts";
import { onTarget } from "./rows/on-target.ts";
import { lookup } from "./search/rpc-lookup.ts";
import { Snapshots } from "./lists/snapshots.ts";
import { openCollections } from "./store.ts";

export interface Running extends AsyncDisposable {
  /** `localhost:port` of the gRPC server. */
  readonly address: string;
}

export async function start(config: MatchingConfig, overrides: { clock?: Clock } = {}): Promise<Running> {
  const log = createLog("matching", config.logLevel);
  const health = new Health(log);
  const clock = overrides.clock ?? systemClock;
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(config.storeUrl));
  health.add({ name: "store", run: () => store.ping() });
  const collections = await openCollections(store);
  const { natsUrl, identityDir } = config;
  const bus = stack.use(await connectBus({ name: "matching", natsUrl, identityDir, log }));
  health.add(busCheck(bus, "matching", health));
  const relay = stack.use(startRelay(bus, store, health));
  const threads = stack.use(startThreads({ search: config.searchThreads }));
  const index = stack.use(new HashIndex());
  health.add({ name: "index", run: async () => index.requireReady() });
  const hashlists = stack.use(connect(EntryServiceService, { address: config.hashlistsAddress, identityDir }));
  const search = stack.use(startSearching({ collections, index, clock, log }));
  const searchSoon = () => search.kick();
  const snapshots = config.snapshotDir === "" ? undefined : new Snapshots(config.snapshotDir, threads, log);
  if (snapshots !== undefined) stack.use(startSavingSnapshots({ index, snapshots, clock, log }));
  const sources = { hashlists, snapshots, threads };
  const freshness = new Freshness();
  stack.use(showSets(index, freshness, clock));
  const loading = { collections, sources, index, freshness, clock, health, log, searchSoon };
  const load = stack.use(startLoadingSets(loading));
  const loadSoon = () => load.kick();
  const server = stack.use(
    await startRpcServer({ ...config, access, health, log }, [
      service(MatchServiceService, { lookup: lookup(index) }),
      service(OperationsServiceService, operations(relay)),
    ]),
  );
  const release = onRelease(collections, loadSoon);
  stack.use(await startWork(bus, store, "matching", { target: onTarget(collections, searchSoon), release }));
  // The message may be handled in another replica: each one hears of it, and looks once a second anyway.
  stack.use(startTail(bus, "release", release));
  health.start();
  stack.use(health);
  const running = stack.move();
  return { address: server.address, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

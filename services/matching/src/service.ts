import { startService, type Opening, type Overrides, type Running } from "@ntd/host";
import { startThreads } from "@ntd/hammingindex";
import { CheckServiceService, CheckUseServiceService } from "@ntd/proto/matching/v1/check_service";
import { EntryServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ListImpactServiceService } from "@ntd/proto/matching/v1/list_impact_service";
import { EntryStandingServiceService } from "@ntd/proto/hashlists/v1/opinion_service";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import { ResemblanceServiceService } from "@ntd/proto/matching/v1/resemblance_service";
import { service } from "@ntd/rpc";
import { watchData } from "@ntd/service";
import { access } from "./access.ts";
import { Askers } from "./checks/askers.ts";
import { defaultCheckRates, readCheckRates } from "./checks/check-rates.ts";
import { saltIn } from "./checks/check-salt.ts";
import { startSavingUses } from "./checks/every-second-save-uses.ts";
import { checkHashes } from "./checks/rpc-check-hashes.ts";
import { letChecksGoOn } from "./checks/rpc-let-checks-go-on.ts";
import { listCheckHolds } from "./checks/rpc-list-check-holds.ts";
import { listCheckUses } from "./checks/rpc-list-check-uses.ts";
import type { MatchingConfig } from "./config.ts";
import type { Deps } from "./deps.ts";
import { facts } from "./facts.ts";
import { noteDerived } from "./derived/note-derived.ts";
import { withOwnSet } from "./derived/own-entries.ts";
import { assessAdded } from "./impact/rpc-assess-added.ts";
import { startEveryMinuteReadPictures } from "./resemblance/every-minute-read-pictures.ts";
import { KnownPictures } from "./resemblance/known-pictures.ts";
import { PictureIndex } from "./resemblance/picture-index.ts";
import { onPage } from "./pages/on-page.ts";
import { startTrimmingItems } from "./pages/every-hour-trim-items.ts";
import { findSimilar } from "./resemblance/rpc-find-similar.ts";
import { startSearching } from "./rows/every-second-search.ts";
import { startSavingSnapshots } from "./snapshots/every-two-seconds-save-snapshots.ts";
import { startLoadingSets } from "./lists/every-second-load-sets.ts";
import { Freshness } from "./lists/freshness.ts";
import { HashIndex } from "./search/hash-index.ts";
import { showSets } from "./metrics.ts";
import { onRelease } from "./lists/on-release.ts";
import { onTarget } from "./rows/on-target.ts";
import { lookup } from "./search/rpc-lookup.ts";
import { Snapshots } from "./snapshots/snapshots.ts";
import { openCollections, type Collections } from "./store.ts";

export function start(config: MatchingConfig, overrides?: Overrides): Promise<Running> {
  const keepsSnapshots = config.snapshotDir !== "";
  return startService({
    name: "matching",
    config,
    overrides,
    access,
    open: async ({ store, clock, health, log, use, peer, soon }) => {
      const threads = use(startThreads({ search: config.searchThreads }));
      const index = use(new HashIndex());
      health.add({ name: "index", run: async () => index.requireReady() });
      const freshness = new Freshness();
      use(showSets(index, freshness, clock));
      const snapshots = new Snapshots(config.snapshotDir, threads, log);
      const hashlists = peer(EntryServiceService, { address: config.hashlistsAddress });
      const standings = peer(EntryStandingServiceService, { address: config.hashlistsAddress });
      const collections = await openCollections(store);
      return {
        collections,
        index,
        pictures: new KnownPictures(collections, use(new PictureIndex({ threads })), clock),
        freshness,
        askers: await askersIn(collections, { config, clock, log, use }),
        snapshots,
        sources: {
          hashlists: withOwnSet(hashlists, standings, collections),
          threads,
          snapshots: keepsSnapshots ? snapshots : undefined,
        },
        clock,
        health,
        log,
        loadSoon: soon("load"),
        searchSoon: soon("search"),
      };
    },
    serve: served,
    facts,
    loops: (deps) => ({
      load: () => startLoadingSets(deps),
      search: () => startSearching(deps),
      trimItems: () => startTrimmingItems(deps, config.keepItemsMs),
      saveUses: () => startSavingUses(deps, config.keepChecksMs),
      readPictures: () => startEveryMinuteReadPictures(deps),
      ...(keepsSnapshots && { save: () => startSavingSnapshots(deps) }),
    }),
    work: (deps) => ({
      target: both(
        noteDerived(deps.collections, deps.loadSoon, deps.clock),
        onTarget(deps.collections, deps.searchSoon, deps.clock),
      ),
      page: onPage(deps),
      release: onRelease(deps.collections, deps.loadSoon),
    }),
    // The message may be handled in another replica: each one hears of it, and looks once a second anyway.
    tails: ({ collections, loadSoon }) => ({ release: onRelease(collections, loadSoon) }),
  });
}

function served(deps: Deps) {
  return [
    service(MatchServiceService, { lookup: lookup(deps.index) }),
    service(CheckServiceService, { checkHashes: checkHashes(deps) }),
    service(CheckUseServiceService, {
      listCheckUses: listCheckUses(deps.collections),
      listCheckHolds: listCheckHolds(deps.collections),
      letChecksGoOn: letChecksGoOn(deps),
    }),
    service(ListImpactServiceService, { assessAdded: assessAdded(deps) }),
    service(ResemblanceServiceService, { findSimilar: findSimilar(deps) }),
  ];
}

type Needed = Pick<Opening<MatchingConfig>, "clock" | "log" | "use"> & { config: MatchingConfig };

async function askersIn(collections: Collections, { config, clock, log, use }: Needed): Promise<Askers> {
  const { quotasFile } = config;
  const rates = quotasFile === "" ? { value: defaultCheckRates } : use(watchData(quotasFile, log, readCheckRates));
  return new Askers({ collections, salt: await saltIn(collections), rates, clock, log });
}

function both<E>(...handlers: readonly ((event: E) => Promise<void>)[]): (event: E) => Promise<void> {
  return async (event) => {
    for (const handle of handlers) await handle(event);
  };
}

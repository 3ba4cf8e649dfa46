import { countriesIn, NO_COUNTRIES, type CountryPolicy } from "@ntd/facts";
import { startService, type Opening, type Overrides, type Running } from "@ntd/host";
import { HotlineLinkServiceService } from "@ntd/proto/hotline/v1/hotline_link_service";
import { DisclosureServiceService } from "@ntd/proto/takedown/v1/disclosure_service";
import { HoldingServiceService } from "@ntd/proto/takedown/v1/holding_service";
import { NoticeCountServiceService } from "@ntd/proto/takedown/v1/notice_count_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import { service, type RpcService } from "@ntd/rpc";
import { readSchemes } from "@ntd/schemes";
import { watchData, watchSealingKeys, watchSigningKeys, type Logger } from "@ntd/service";
import { startEverySecondTakeAnswers } from "./abroad/every-second-take-answers.ts";
import { startEverySecondSendRecords } from "./abroad/every-second-send-records.ts";
import { access } from "./access.ts";
import { Bells } from "./stream/bells.ts";
import type { TakedownConfig } from "./config.ts";
import type { Deps } from "./deps.ts";
import { Directory } from "./providers/directory.ts";
import { startEverySecondApply } from "./provider-changes/every-second-apply.ts";
import { retireProvider } from "./provider-changes/rpc-retire-provider.ts";
import { rejectProviderChange } from "./provider-changes/rpc-reject-provider-change.ts";
import { approveProviderChange } from "./provider-changes/rpc-approve-provider-change.ts";
import { editProvider } from "./provider-changes/rpc-edit-provider.ts";
import { listProviderChanges } from "./provider-changes/rpc-list-provider-changes.ts";
import { startEverySecondRefresh } from "./providers/every-second-refresh.ts";
import { startEveryHourKeep } from "./dispatches/every-hour-keep.ts";
import { startEverySecondFinish } from "./dispatches/every-second-finish.ts";
import { onCase } from "./dispatches/on-case.ts";
import { tellHolds } from "./dispatches/rpc-tell-holds.ts";
import { onTarget } from "./dispatches/on-target.ts";
import { acknowledgeNotice } from "./answers/rpc-acknowledge-notice.ts";
import { assignProvider } from "./providers/rpc-assign-provider.ts";
import { countNotices } from "./notices/rpc-count-notices.ts";
import { getNotice } from "./notices/rpc-get-notice.ts";
import { haltDispatch } from "./brake/rpc-halt-dispatch.ts";
import { listNotices } from "./notices/rpc-list-notices.ts";
import { listProviders } from "./providers/rpc-list-providers.ts";
import { listSigningKeys } from "./notices/rpc-list-signing-keys.ts";
import { listUnattributed } from "./providers/rpc-list-unattributed.ts";
import { putProvider } from "./providers/rpc-put-provider.ts";
import { rejectNotice } from "./answers/rpc-reject-notice.ts";
import { resolveRejection } from "./answers/rpc-resolve-rejection.ts";
import { reportOutcome } from "./answers/rpc-report-outcome.ts";
import { resumeDispatch } from "./brake/rpc-resume-dispatch.ts";
import { wasNoticed } from "./notices/rpc-was-noticed.ts";
import { facts } from "./facts.ts";
import { hear } from "./stream/hear.ts";
import { startEveryMinuteAsk } from "./stream/every-minute-ask.ts";
import { startEverySecondLapse } from "./stream/every-second-lapse.ts";
import { startEverySecondLook } from "./stream/every-second-look.ts";
import { watchNotices } from "./stream/rpc-watch-notices.ts";
import { openCollections } from "./store.ts";

export function start(config: TakedownConfig, overrides?: Overrides): Promise<Running> {
  return startService({
    name: "takedown",
    config,
    overrides,
    access,
    open: async ({ store, clock, health, log, peer, use }) => {
      const collections = await openCollections(store);
      const { hotlineLinkAddress: address } = config;
      const { signer, keySet } = use(watchSigningKeys(config, log));
      return {
        ...collections,
        config,
        clock,
        log,
        sealer: use(watchSealingKeys(config.sealingKeysFile, log)),
        signer,
        keySet,
        bells: new Bells(),
        health,
        hotlines: address === "" ? undefined : peer(HotlineLinkServiceService, { address }),
        countries: countriesOf(config, log, use),
        schemes: readSchemes(config.schemesDir, "", "TAKEDOWN"),
        directory: await Directory.open(collections.providers, clock),
      };
    },
    work: (deps) => ({ case: onCase(deps), target: onTarget(deps) }),
    loops: (deps) => ({
      changes: () => startEverySecondApply(deps),
      refresh: () => startEverySecondRefresh(deps),
      finish: () => startEverySecondFinish(deps),
      look: () => startEverySecondLook(deps),
      keep: () => startEveryHourKeep(deps),
      ask: () => startEveryMinuteAsk(deps),
      lapse: () => startEverySecondLapse(deps),
      records: () => startEverySecondSendRecords(deps),
      answers: () => startEverySecondTakeAnswers(deps),
    }),
    tails: ({ bells }) => ({ notice: async (event) => hear(bells, event) }),
    serve: served,
    readings: ({ readings }) => readings,
    facts,
    restored: ({ restored }) => restored,
  });
}

// Whom it answers: providers, other services, operators.
function served(deps: Deps): RpcService[] {
  return [
    service(NoticeServiceService, {
      watchNotices: watchNotices(deps),
      acknowledgeNotice: acknowledgeNotice(deps),
      rejectNotice: rejectNotice(deps),
      reportOutcome: reportOutcome(deps),
      getNotice: getNotice(deps),
      listNotices: listNotices(deps),
      listSigningKeys: listSigningKeys(deps),
    }),
    service(DisclosureServiceService, { wasNoticed: wasNoticed(deps) }),
    service(HoldingServiceService, { tellHolds: tellHolds(deps) }),
    service(NoticeCountServiceService, { countNotices: countNotices(deps) }),
    service(ProviderServiceService, {
      putProvider: putProvider(deps),
      editProvider: editProvider(deps),
      retireProvider: retireProvider(deps),
      approveProviderChange: approveProviderChange(deps),
      rejectProviderChange: rejectProviderChange(deps),
      listProviderChanges: listProviderChanges(deps),
      listProviders: listProviders(deps),
      listUnattributed: listUnattributed(deps),
      assignProvider: assignProvider(deps),
      resolveRejection: resolveRejection(deps),
      haltDispatch: haltDispatch(deps),
      resumeDispatch: resumeDispatch(deps),
    }),
  ];
}

function countriesOf(
  { countriesFile }: TakedownConfig,
  log: Logger,
  use: Opening<TakedownConfig>["use"],
): () => CountryPolicy {
  if (countriesFile === "") return () => NO_COUNTRIES;
  const watched = use(watchData(countriesFile, log, countriesIn));
  return () => watched.value;
}

import { randomUUID } from "node:crypto";
import { Resolver } from "node:dns/promises";
import { startService, type Opening, type Overrides, type Running } from "@ntd/host";
import { FeedbackServiceService } from "@ntd/proto/exchange/v1/feedback_service";
import { ExchangeServiceService } from "@ntd/proto/exchange/v1/exchange_service";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { service } from "@ntd/rpc";
import { unwatched, watchData } from "@ntd/service";
import { hostsFile, noHosts, publicOrIn, type DnsResolver } from "@ntd/wayout";
import { access } from "./access.ts";
import type { ExchangeConfig } from "./config.ts";
import { connectorsIn } from "./connectors/connectors-file.ts";
import { startWatchingConnectors } from "./connectors/every-minute-watch-connectors.ts";
import { startPulling } from "./connectors/every-second-pull.ts";
import { forgetConnector } from "./connectors/rpc-forget-connector.ts";
import { listConnectors } from "./connectors/rpc-list-connectors.ts";
import { pullConnector } from "./connectors/rpc-pull-connector.ts";
import type { Deps } from "./deps.ts";
import { startSending } from "./feedback/every-two-seconds-send-feedback.ts";
import { giveFeedback } from "./feedback/rpc-give-feedback.ts";
import { listFeedback } from "./feedback/rpc-list-feedback.ts";
import { listFeedbackReasons } from "./feedback/rpc-list-feedback-reasons.ts";
import { openCollections } from "./store.ts";

export function start(config: ExchangeConfig, overrides: Overrides & { dns?: DnsResolver } = {}): Promise<Running> {
  return startService({
    name: "exchange",
    config,
    overrides,
    access,
    open: (opening) => opened(opening, overrides.dns),
    facts: ({ connectorsNow }) => ({ connectors: connectorsNow().length }),
    serve: (deps) => [
      service(ExchangeServiceService, {
        listConnectors: listConnectors(deps),
        pullConnector: pullConnector(deps),
        forgetConnector: forgetConnector(deps),
      }),
      service(FeedbackServiceService, {
        giveFeedback: giveFeedback(deps),
        listFeedback: listFeedback(deps),
        listFeedbackReasons: listFeedbackReasons(deps),
      }),
    ],
    restored: ({ restored }) => restored,
    loops: (deps) => ({
      pull: () => startPulling(deps),
      send: () => startSending(deps),
      watch: () => startWatchingConnectors(deps),
    }),
  });
}

async function opened(opening: Opening<ExchangeConfig>, dns: DnsResolver | undefined): Promise<Deps> {
  const { config, store, clock, log, health, use, peer, soon } = opening;
  const file = config.connectorsFile;
  const connectors = use(file === "" ? unwatched([]) : watchData(file, log, connectorsIn));
  const kickWatch = soon("watch");
  use(connectors.onChange(kickWatch));
  return {
    ...(await openCollections(store)),
    clock,
    log,
    health,
    connectorsNow: () => connectors.value,
    ways: {
      dns: dns ?? new Resolver({ timeout: 3000, tries: 2 }),
      hosts: config.hostsFile === "" ? noHosts : hostsFile(config.hostsFile),
      allowed: publicOrIn(config.allowNetworks),
      ports: [[443, 443], ...config.allowPorts],
      clock,
    },
    hashlists: peer(HashListServiceService, { address: config.hashlistsAddress }),
    sets: peer(HashSetViewServiceService, { address: config.hashlistsAddress }),
    isLive: config.environment === "LIVE",
    replica: randomUUID(),
    kickPuller: soon("pull"),
    kickWatch,
    kickSender: soon("send"),
  };
}

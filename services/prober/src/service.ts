import { Resolver } from "node:dns/promises";
import { busCheck, connectBus, operations, startRelay, startWork } from "@ntd/bus";
import { FingerprintServiceService } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { OperationsServiceService } from "@ntd/proto/operations/v1/operations_service";
import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import { connect, service, startRpcServer } from "@ntd/rpc";
import { createLog, Health, sealerFromFile, systemClock, type Clock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { access } from "./access.ts";
import type { ProberConfig } from "./config.ts";
import { startProbing } from "./look/every-second-probe.ts";
import type { FetchRules } from "./fetch/fetch.ts";
import { publicOrIn } from "./fetch/networks.ts";
import { onNotice } from "./targets/on-notice.ts";
import { onReport } from "./targets/on-report.ts";
import { hostsFile, noHosts, type DnsResolver } from "./fetch/resolve.ts";
import { getTarget } from "./targets/rpc-get-target.ts";
import { openTargets } from "./store.ts";

export interface Running extends AsyncDisposable {
  /** `localhost:port` of the gRPC server. */
  readonly address: string;
}

const DAY_MS = 24 * 3_600_000;

export async function start(
  config: ProberConfig,
  overrides: { clock?: Clock; dns?: DnsResolver } = {},
): Promise<Running> {
  const log = createLog("prober", config.logLevel);
  const health = new Health(log);
  const clock = overrides.clock ?? systemClock;
  const settings = { slotsRequired: config.slotsRequired, vantage: config.vantage };
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(config.storeUrl));
  health.add({ name: "store", run: () => store.ping() });
  const targets = await openTargets(store);
  const fingerprints = stack.use(connectFingerprints(config));
  const { natsUrl, identityDir } = config;
  const bus = stack.use(await connectBus({ name: "prober", natsUrl, identityDir, log }));
  health.add(busCheck(bus, "prober", health));
  const relay = stack.use(startRelay(bus, store, health));
  const server = stack.use(
    await startRpcServer({ ...config, access, health, log }, [
      service(ProbeServiceService, { getTarget: getTarget(targets, settings) }),
      service(OperationsServiceService, operations(relay)),
    ]),
  );
  const probing = stack.use(
    startProbing({
      targets,
      settings,
      clock,
      health,
      log,
      leaseMs: config.leaseMs,
      rules: { ...config, watchMs: config.watchDays * DAY_MS },
      sealer: sealerFromFile(config.sealingKeysFile),
      fetchRules: fetchRules(config, overrides.dns ?? new Resolver({ timeout: 3000, tries: 2 })),
      fingerprint: (request, options) => fingerprints.computeFingerprints(request, options),
    }),
  );
  const deps = { targets, clock, kick: () => probing.kick() };
  stack.use(await startWork(bus, store, "prober", { report: onReport(deps), notice: onNotice(deps) }));
  health.start();
  stack.use(health);
  const running = stack.move();
  return { address: server.address, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

function connectFingerprints({ fingerprintAddress, identityDir, fingerprintTimeoutMs }: ProberConfig) {
  return connect(FingerprintServiceService, {
    address: fingerprintAddress,
    identityDir,
    deadlineMs: fingerprintTimeoutMs,
  });
}

function fetchRules(config: ProberConfig, dns: DnsResolver): FetchRules {
  return {
    dns,
    hosts: config.hostsFile === "" ? noHosts : hostsFile(config.hostsFile),
    allowed: publicOrIn(config.allowNetworks),
    ports: [[80, 80], [443, 443], ...config.allowPorts],
    maxBytes: config.maxBytes,
    timeoutMs: config.fetchTimeoutMs,
    userAgent: config.userAgent,
  };
}

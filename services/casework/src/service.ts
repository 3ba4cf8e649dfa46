import { busCheck, connectBus, operations, startRelay, startWork } from "@ntd/bus";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import { OperationsServiceService } from "@ntd/proto/operations/v1/operations_service";
import { connect, service, startRpcServer } from "@ntd/rpc";
import { createLog, Health, sealerFromFile, systemClock, type Clock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { access } from "./access.ts";
import type { Casework } from "./casework.ts";
import type { CaseworkConfig } from "./config.ts";
import { startEverySecondReleaseClaims } from "./queue/every-second-release-claims.ts";
import { onMatch } from "./cases/on-match.ts";
import { onReport } from "./links/on-report.ts";
import { onTarget } from "./cases/on-target.ts";
import { claimCase } from "./queue/rpc-claim-case.ts";
import { decideCase } from "./cases/rpc-decide-case.ts";
import { getCase } from "./cases/rpc-get-case.ts";
import { listQueue } from "./queue/rpc-list-queue.ts";
import { releaseClaim } from "./queue/rpc-release-claim.ts";
import { openRecords } from "./store.ts";

export interface Running extends AsyncDisposable {
  /** `host:port` of the gRPC server. */
  readonly address: string;
}

export async function start(config: CaseworkConfig, overrides: { clock?: Clock } = {}): Promise<Running> {
  const log = createLog("casework", config.logLevel);
  const health = new Health(log);
  const clock = overrides.clock ?? systemClock;
  const { natsUrl, identityDir, claimMs, autoPerMinute } = config;
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(config.storeUrl));
  health.add({ name: "store", run: () => store.ping() });
  const records = await openRecords(store);
  const sealer = sealerFromFile(config.sealingKeysFile);
  const bus = stack.use(await connectBus({ name: "casework", natsUrl, identityDir, log }));
  health.add(busCheck(bus, "casework", health));
  const relay = stack.use(startRelay(bus, store, health));
  const matching = stack.use(connect(MatchServiceService, { address: config.matchingAddress, identityDir }));
  const casework: Casework = { ...records, clock, sealer, matching, claimMs, autoPerMinute };
  const server = stack.use(
    await startRpcServer({ ...config, access, health, log }, [
      service(CaseServiceService, {
        listQueue: listQueue(casework),
        claimCase: claimCase(casework),
        releaseClaim: releaseClaim(casework),
        getCase: getCase(casework),
        decideCase: decideCase(casework),
      }),
      service(OperationsServiceService, operations(relay)),
    ]),
  );
  stack.use(
    await startWork(bus, store, "casework", {
      report: onReport(casework),
      match: onMatch(casework),
      target: onTarget(casework),
    }),
  );
  stack.use(startEverySecondReleaseClaims(casework, log));
  health.start();
  stack.use(health);
  const running = stack.move();
  return { address: server.address, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

import { busCheck, connectBus, operations, startRelay, startWork } from "@ntd/bus";
import { ComplianceServiceService } from "@ntd/proto/compliance/v1/compliance_service";
import { OperationsServiceService } from "@ntd/proto/operations/v1/operations_service";
import { service, startRpcServer } from "@ntd/rpc";
import { createLog, Health, systemClock, type Clock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { access } from "./access.ts";
import type { ComplianceConfig } from "./config.ts";
import { onCase } from "./timelines/on-case.ts";
import { onNotice } from "./timelines/on-notice.ts";
import { onReport } from "./timelines/on-report.ts";
import { onTarget } from "./timelines/on-target.ts";
import { getScorecard } from "./scorecard/rpc-get-scorecard.ts";
import { listNoticeTimes } from "./scorecard/rpc-list-notice-times.ts";
import { openRecords } from "./store.ts";

export interface Running extends AsyncDisposable {
  /** `host:port` of the gRPC server. */
  readonly address: string;
}

export async function start(config: ComplianceConfig, overrides: { clock?: Clock } = {}): Promise<Running> {
  const log = createLog("compliance", config.logLevel);
  const health = new Health(log);
  const clock = overrides.clock ?? systemClock;
  const { natsUrl, identityDir } = config;
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(config.storeUrl));
  health.add({ name: "store", run: () => store.ping() });
  const records = await openRecords(store);
  const bus = stack.use(await connectBus({ name: "compliance", natsUrl, identityDir, log }));
  health.add(busCheck(bus, "compliance", health));
  const relay = stack.use(startRelay(bus, store, health));
  const server = stack.use(
    await startRpcServer({ ...config, access, health, log }, [
      service(ComplianceServiceService, {
        getScorecard: getScorecard(records, clock),
        listNoticeTimes: listNoticeTimes(records),
      }),
      service(OperationsServiceService, operations(relay)),
    ]),
  );
  stack.use(
    await startWork(bus, store, "compliance", {
      report: onReport(records),
      target: onTarget(records),
      case: onCase(records),
      notice: onNotice(records),
    }),
  );
  health.start();
  stack.use(health);
  const running = stack.move();
  return { address: server.address, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

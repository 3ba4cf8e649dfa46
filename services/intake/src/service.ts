import { readFileSync } from "node:fs";
import { busCheck, connectBus, operations, startRelay, startWork } from "@ntd/bus";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { OperationsServiceService } from "@ntd/proto/operations/v1/operations_service";
import { service, startRpcServer } from "@ntd/rpc";
import { createLog, Health, Problem, sealerFromFile, systemClock, type Clock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { access } from "./access.ts";
import type { IntakeConfig } from "./config.ts";
import { onCase } from "./reports/on-case.ts";
import { onTarget } from "./reports/on-target.ts";
import { getReport } from "./reports/rpc-get-report.ts";
import { submitReport } from "./reports/rpc-submit-report.ts";
import { openCollections } from "./store.ts";

export interface Running extends AsyncDisposable {
  /** `localhost:port` of the gRPC server. */
  readonly address: string;
}

/** Over the 512 KiB of a report, so that a larger one is refused with a sentence and not by the transport. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

export async function start(config: IntakeConfig, overrides: { clock?: Clock } = {}): Promise<Running> {
  const log = createLog("intake", config.logLevel);
  const health = new Health(log);
  const clock = overrides.clock ?? systemClock;
  const sealer = sealerFromFile(config.sealingKeysFile);
  const targetKey = readTargetKey(config.targetKeyFile);
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(config.storeUrl));
  health.add({ name: "store", run: () => store.ping() });
  const collections = await openCollections(store);
  const { natsUrl, identityDir } = config;
  const bus = stack.use(await connectBus({ name: "intake", natsUrl, identityDir, log }));
  health.add(busCheck(bus, "intake", health));
  const relay = stack.use(startRelay(bus, store, health));
  const reports = {
    submitReport: submitReport({ collections, sealer, targetKey, clock }),
    getReport: getReport(collections),
  };
  const server = stack.use(
    await startRpcServer({ ...config, access, health, log, maxMessageBytes: MAX_MESSAGE_BYTES }, [
      service(ReportServiceService, reports),
      service(OperationsServiceService, operations(relay)),
    ]),
  );
  stack.use(await startWork(bus, store, "intake", { target: onTarget(collections), case: onCase(collections) }));
  health.start();
  stack.use(health);
  const running = stack.move();
  return { address: server.address, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

function readTargetKey(path: string): Uint8Array {
  const key = readFileSync(path);
  if (key.length >= 32) return key;
  throw new Problem("CONFIG_INVALID", `INTAKE_TARGET_KEY_FILE holds ${key.length} bytes; it takes 32 or more.`);
}

import { readFileSync } from "node:fs";
import { startService, type Overrides, type Running } from "@ntd/host";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { service } from "@ntd/rpc";
import { Problem, watchSealingKeys } from "@ntd/service";
import { access } from "./access.ts";
import type { IntakeConfig } from "./config.ts";
import { onCase } from "./reports/on-case.ts";
import { onTarget } from "./reports/on-target.ts";
import { getReport } from "./reports/rpc-get-report.ts";
import { submitReport } from "./reports/rpc-submit-report.ts";
import { openCollections } from "./store.ts";

/** Over the 512 KiB of a report, so that a larger one is refused with a sentence and not by the transport. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

export function start(config: IntakeConfig, overrides?: Overrides): Promise<Running> {
  return startService({
    name: "intake",
    config,
    overrides,
    access,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    open: async ({ store, clock, log, use }) => ({
      ...(await openCollections(store)),
      sealer: use(watchSealingKeys(config.sealingKeysFile, log)),
      targetKey: readTargetKey(config.targetKeyFile),
      clock,
    }),
    serve: (deps) => [service(ReportServiceService, { submitReport: submitReport(deps), getReport: getReport(deps) })],
    work: (deps) => ({ target: onTarget(deps), case: onCase(deps) }),
  });
}

function readTargetKey(path: string): Uint8Array {
  const key = readFileSync(path);
  if (key.length >= 32) return key;
  throw new Problem("CONFIG_INVALID", `INTAKE_TARGET_KEY_FILE holds ${key.length} bytes; it takes 32 or more.`);
}

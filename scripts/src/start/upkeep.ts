import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { renewDue, startRenewal, startTending, type Folder } from "@ntd/embedded";
import { readPeriods, startLoop, watchData, type Logger } from "@ntd/service";
import { deployed } from "../platform/deployed.ts";
import { putLogsAside } from "../supervisor/logs.ts";
import type { LogBounds } from "./config.ts";

/**
 * What ends is renewed before anything runs: a machine that was off for longer than a certificate lives comes up all the
 * same. What cannot be renewed is told, and tried again by the daily upkeep.
 */
export async function renewFirst({ certificates }: Folder, log: Logger, say: (line: string) => void): Promise<void> {
  try {
    const renewed = await renewDue(certificates);
    const ended = renewed.filter(({ what }) => what !== "trust");
    if (ended.length > 0) say(`${ended.length} certificates were about to end or had ended; they are renewed`);
  } catch (error) {
    log.error({ error }, "certificates could not be renewed");
  }
}

export interface UpkeepOptions {
  folder: Folder;
  log: Logger;
  logBounds: () => LogBounds;
  /** Certificates were renewed: whoever does not watch its own must read it again. */
  onRenewed: () => Promise<void>;
}

const LOGS_MS = 5000;

/** Daily: certificates are renewed, sealing keys come and go, and each year keys that sign. Every few seconds: logs that are too large are put aside. */
export function startUpkeep({ folder, log, logBounds, onRenewed }: UpkeepOptions): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  const periods = stack.use(
    watchData(process.env["NTD_RETENTION_FILE"] ?? deployed("retention.yaml"), log, readPeriods),
  );
  stack.use(startTending({ file: folder.keys.sealing, periods, log }));
  stack.use(startRenewal({ dir: folder.certificates, keys: dirname(folder.keys.signing), log, onRenewed }));
  stack.use(
    startLoop("put logs aside", LOGS_MS, log, async () => {
      await putLogsAside(logsIn(folder.dir), logBounds());
    }),
  );
  return stack;
}

function logsIn(dir: string): string[] {
  const logs = join(dir, "logs");
  const names = existsSync(logs) ? readdirSync(logs) : [];
  return [...names.filter((name) => name.endsWith(".log")).map((name) => join(logs, name)), join(dir, "nats/nats.log")];
}

import { startLoop, type Clock, type Logger, type Loop } from "@ntd/service";
import type { Requests } from "./register.ts";

/** More than a minute of a hundred replicas makes. */
const MOST = 10_000;

interface TrimDeps {
  requests: Requests;
  requestsKeptMs: number;
  clock: Clock;
  log: Logger;
}

/** Takes out of the register what is older than it is kept. */
export function startTrimmingRequests({ requests, requestsKeptMs, clock, log }: TrimDeps): Loop {
  return startLoop("trim", 60_000, log, async () => {
    const before = new Date(clock.now().getTime() - requestsKeptMs);
    const old = { where: { end: { lt: before } }, orderBy: "end", limit: MOST } as const;
    const { columns } = await requests.project(old, { id: "text" });
    if (columns.id.length > 0) await requests.remove(...columns.id);
  });
}

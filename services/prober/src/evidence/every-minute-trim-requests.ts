import { startLoop, type Clock, type Logger, type Loop } from "@ntd/service";
import { removeOlder } from "@ntd/store";
import type { Requests } from "./register.ts";

interface TrimDeps {
  requests: Requests;
  requestsKeptMs: number;
  clock: Clock;
  log: Logger;
}

/** Takes out of the register what is older than it is kept. */
export function startTrimmingRequests({ requests, requestsKeptMs, clock, log }: TrimDeps): Loop {
  return startLoop("trim", 60_000, log, () =>
    removeOlder(requests, "end", new Date(clock.now().getTime() - requestsKeptMs)),
  );
}

import { setTimeout as delay } from "node:timers/promises";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { receiveNotice } from "./receive.ts";

const BACKOFF_MS = 200;
const BACKOFF_MAX_MS = 5000;

/** Listens for notices until disposed; a broken connection is made again, later each time, never all agents at once. */
export function startWatching(deps: Deps): AsyncDisposable {
  const stop = new AbortController();
  const watching = watch(deps, stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await watching;
    },
  };
}

async function watch(deps: Deps, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (deps.keys.set.keys.length === 0) await deps.keys.refresh();
      for await (const { event } of deps.client.watchNotices({ maxInFlight: 0 }, { signal })) {
        if (failures > 0) deps.log.info("the platform is back");
        failures = 0;
        if (event?.$case === "notice") await receiveNotice(deps, event.value);
      }
    } catch (error) {
      if (signal.aborted) return;
      deps.log.warn(why(error), "no connection to the platform; it is made again");
    }
    failures += 1;
    const wait = Math.min(BACKOFF_MS * 2 ** (failures - 1), BACKOFF_MAX_MS);
    await delay(wait * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }
}

// What nobody named is our own failure, a file that cannot be written say: its cause is needed.
function why(error: unknown) {
  const problem = Problem.from(error);
  return problem.reason === "INTERNAL" ? { error: problem } : { reason: problem.reason };
}

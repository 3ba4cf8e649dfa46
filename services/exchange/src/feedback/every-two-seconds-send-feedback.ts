import { startLoop, type Loop } from "@ntd/service";
import { connectorId } from "../connectors/connector-id.ts";
import { watchConnectors } from "../connectors/every-minute-watch-connectors.ts";
import type { Deps } from "../deps.ts";
import { sendFeedback } from "./send-feedback.ts";

const PERIOD_MS = 2000;

/** Sends what was said, for each connector by itself: one whose exchange is slow keeps no other waiting. */
export function startSending(deps: Deps): Loop {
  const running = new Map<string, Promise<void>>();
  const stop = new AbortController();
  const loop = startLoop("send feedback", PERIOD_MS, deps.log, async () => {
    for (const connector of deps.connectorsNow()) {
      const id = connectorId(connector);
      if (connector.kind !== "ncmec" || running.has(id) || stop.signal.aborted) continue;
      const sending = sendFeedback(deps, connector, stop.signal)
        .then((hasSaid) => (hasSaid ? watchConnectors(deps) : undefined))
        .catch((error: unknown) =>
          deps.log.error({ error, connector: connector.name }, "sending feedback broke off; it goes on later"),
        )
        .finally(() => running.delete(id));
      running.set(id, sending);
    }
  });
  return {
    kick: () => loop.kick(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await loop[Symbol.asyncDispose]();
      await Promise.all(running.values());
    },
  };
}

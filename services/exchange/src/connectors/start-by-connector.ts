import { startLoop, type Logger, type Loop } from "@ntd/service";
import { connectorId } from "./connector-id.ts";
import type { ConnectorConfig } from "./connectors-file.ts";

/** What is done for connectors from time to time. */
interface Work {
  due: () => Promise<Iterable<ConnectorConfig>>;
  run: (connector: ConnectorConfig, stop: AbortSignal) => Promise<void>;
}

/**
 * Works for each connector by itself, never twice at once: one whose exchange is slow keeps no other waiting. What fails
 * is logged and goes on at the next time; what is under way is waited for at the end.
 */
export function startByConnector(name: string, periodMs: number, log: Logger, { due, run }: Work): Loop {
  const running = new Map<string, Promise<void>>();
  const stop = new AbortController();
  const loop = startLoop(name, periodMs, log, async () => {
    for (const connector of await due()) {
      const id = connectorId(connector);
      if (running.has(id) || stop.signal.aborted) continue;
      const working = run(connector, stop.signal)
        .catch((error: unknown) =>
          log.error({ error, connector: connector.name }, `${name} broke off; it goes on later`),
        )
        .finally(() => running.delete(id));
      running.set(id, working);
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

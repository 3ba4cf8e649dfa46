import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { pull } from "../pulls/pull.ts";
import { connectorId } from "./connector-id.ts";
import { newConnector } from "./connector.ts";
import type { ConnectorConfig } from "./connectors-file.ts";
import { watchConnectors } from "./every-minute-watch-connectors.ts";

const PERIOD_MS = 1000;
const MOST_DUE = 100;

/** Pulls what is due, each connector by itself: one whose exchange is slow keeps no other waiting. */
export function startPulling(deps: Deps): Loop {
  const running = new Map<string, Promise<void>>();
  const known = new Set<string>();
  const stop = new AbortController();
  const loop = startLoop("pull", PERIOD_MS, deps.log, async () => {
    for (const [id, connector] of await due(deps, known)) {
      if (running.has(id) || stop.signal.aborted) continue;
      const pulling = pull(deps, connector, stop.signal)
        .catch((error: unknown) =>
          deps.log.error({ error, connector: connector.name }, "a pull broke off; it goes on later"),
        )
        .then(() => watchConnectors(deps))
        .catch((error: unknown) => deps.log.error({ error }, "health of connectors is not known"))
        .finally(() => running.delete(id));
      running.set(id, pulling);
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

/** @param known those that have a document, as far as this process has seen. */
async function due(deps: Deps, known: Set<string>): Promise<[string, ConnectorConfig][]> {
  const { connectors, clock } = deps;
  const configured = new Map(deps.connectorsNow().map((connector) => [connectorId(connector), connector]));
  if (configured.size === 0) return [];
  for (const [id, { name }] of configured) {
    if (!known.has(id)) await connectors.insert(id, newConnector(name, clock.now()));
    known.add(id);
  }
  const found = await connectors.find({ where: { dueAt: { lte: clock.now() } }, orderBy: "dueAt", limit: MOST_DUE });
  return found.flatMap(({ id }) => {
    const connector = configured.get(id);
    return connector === undefined ? [] : [[id, connector] as [string, ConnectorConfig]];
  });
}

import { isStill } from "@ntd/host";
import type { Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { pull } from "../pulls/pull.ts";
import { connectorId } from "./connector-id.ts";
import { newConnector } from "./connector.ts";
import type { ConnectorConfig } from "./connectors-file.ts";
import { isDue, latestPauseEnd } from "./fault.ts";
import { startByConnector } from "./start-by-connector.ts";
import { watchConnectors } from "./every-minute-watch-connectors.ts";

const PERIOD_MS = 1000;
const AT_ONCE = 100;

/** Pulls what is due. */
export function startPulling(deps: Deps): Loop {
  const known = new Set<string>();
  return startByConnector("pull", PERIOD_MS, deps.log, {
    // Brought back from a backup it asks nobody before two operators have read what differs.
    due: async () => ((await isStill(deps)) ? [] : due(deps, known)),
    async run(connector, stop) {
      try {
        await pull(deps, connector, stop);
      } finally {
        await watchConnectors(deps);
      }
    },
  });
}

/** @param known those that have a document, as far as this process has seen. */
export async function due(
  deps: Pick<Deps, "connectors" | "connectorsNow" | "clock">,
  known: Set<string>,
): Promise<ConnectorConfig[]> {
  const { connectors, clock } = deps;
  const configured = new Map(deps.connectorsNow().map((connector) => [connectorId(connector), connector]));
  if (configured.size === 0) return [];
  for (const [id, config] of configured) {
    if (!known.has(id)) await connectors.insert(id, newConnector(config, clock.now()));
    known.add(id);
  }
  // All pages: what the file names no more is due for ever, and must not stand before what it names.
  const now = clock.now();
  const found: ConnectorConfig[] = [];
  for (const dueAt of [{ lte: now }, { gt: latestPauseEnd(now) }]) {
    for await (const page of connectors.pages({ where: { dueAt }, orderBy: "dueAt" }, AT_ONCE)) {
      for (const { id, state } of page) {
        const config = configured.get(id);
        if (config !== undefined && isDue(state.dueAt, now, config.everyMs)) found.push(config);
      }
    }
  }
  return found;
}

import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { connectorId } from "./connector-id.ts";
import { degradedBy } from "./degraded.ts";

type Watching = Pick<Deps, "connectors" | "connectorsNow" | "clock" | "health">;

/** What connectors make of the service's health: also those that another replica has in hand. */
export function startWatchingConnectors(deps: Deps): Loop {
  return startLoop("watch connectors", 60_000, deps.log, () => watchConnectors(deps));
}

export async function watchConnectors({ connectors, connectorsNow, clock, health }: Watching): Promise<void> {
  const causes = new Set<string>();
  for (const connector of connectorsNow()) {
    const found = await connectors.load(connectorId(connector));
    const fault = found && degradedBy(found.state, connector.everyMs, clock.now());
    if (fault !== undefined && fault !== "") causes.add(`connector:${connector.name}:${fault}`);
  }
  for (const cause of health.degraded)
    if (cause.startsWith("connector:") && !causes.has(cause)) health.degrade(cause, false);
  for (const cause of causes) health.degrade(cause);
}

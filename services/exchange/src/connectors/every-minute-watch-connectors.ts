import { isStill } from "@ntd/host";
import { startLoop, type Loop } from "@ntd/service";
import { removeOlder } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { connectorId } from "./connector-id.ts";
import { degradedBy } from "./degraded.ts";
import { seeToNames } from "./see-to-names.ts";
import { silencedBy } from "../feedback/outlet.ts";

type Watching = Pick<Deps, "connectors" | "outlets" | "connectorsNow" | "clock" | "health">;

const KEPT_MS = 365 * 24 * 3_600_000;

/** What connectors make of the service's health: also those that another replica has in hand. */
export function startWatchingConnectors(deps: Deps): Loop {
  return startLoop("watch connectors", 60_000, deps.log, async () => {
    // After a restore the file may not be back yet.
    if (!(await isStill(deps))) await seeToNames(deps);
    await watchConnectors(deps);
    // What was said and is over is kept for a year.
    await removeOlder(deps.feedback, "ended", new Date(deps.clock.now().getTime() - KEPT_MS));
  });
}

export async function watchConnectors({ connectors, outlets, connectorsNow, clock, health }: Watching): Promise<void> {
  const causes = new Set<string>();
  for (const connector of connectorsNow()) {
    const id = connectorId(connector);
    const found = await connectors.load(id);
    const fault = found && degradedBy(found.state, connector, clock.now());
    if (fault !== undefined && fault !== "") causes.add(`connector:${connector.name}:${fault}`);
    const outlet = connector.kind === "ncmec" ? await outlets.load(id) : undefined;
    const silenced = outlet === undefined ? "" : silencedBy(outlet.state);
    if (silenced !== "") causes.add(`connector:${connector.name}:feedback:${silenced}`);
  }
  for (const cause of health.degraded)
    if (cause.startsWith("connector:") && !causes.has(cause)) health.degrade(cause, false);
  for (const cause of causes) health.degrade(cause);
}

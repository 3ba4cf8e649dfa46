import { isStill, lastRestore } from "@ntd/host";
import type { Connector, ListConnectorsResponse } from "@ntd/proto/exchange/v1/exchange_service";
import type { Deps } from "../deps.ts";
import { countedFeedback } from "../feedback/counted-feedback.ts";
import { everyRange } from "../mirror/delta-lines.ts";
import { connectorId } from "./connector-id.ts";
import { newConnector } from "./connector.ts";
import { toConnector, toUnnamed } from "./connector-message.ts";

type Listing = Pick<Deps, "connectors" | "connectorsNow" | "clock" | "feedback" | "outlets" | "listed" | "restored">;

const AT_ONCE = 100;
/** Whoever renames connectors by the hundred sees the first of them. */
const MOST_UNNAMED = 200;

/** All that the file names now, one that is new as it will begin; and of which something is kept, though it does not. */
export function listConnectors(deps: Listing) {
  const { connectors, connectorsNow, clock } = deps;
  return async (): Promise<ListConnectorsResponse> => {
    const now = clock.now();
    const ids = new Set<string>();
    const shown = connectorsNow().map(async (config) => {
      const id = connectorId(config);
      ids.add(id);
      const found = await connectors.load(id);
      const keptCount = await keptOf(deps, id);
      const feedback = config.kind === "ncmec" ? await countedFeedback(deps, id) : undefined;
      const beside = { keptCount, ...(feedback !== undefined && { feedback }) };
      return toConnector(config, found?.state ?? newConnector(config, now), now, beside);
    });
    const named = await Promise.all(shown);
    const kept = (await isStill(deps)) ? (await lastRestore(deps))?.backupTime : undefined;
    return { connectors: [...named, ...(await unnamed(deps, ids, now))], keptStillSinceBackupTime: kept };
  };
}

async function unnamed(deps: Listing, ids: ReadonlySet<string>, now: Date): Promise<Connector[]> {
  const all: Connector[] = [];
  for await (const page of deps.connectors.pages({}, AT_ONCE)) {
    for (const { id, state } of page) {
      if (ids.has(id)) continue;
      all.push(toUnnamed(state, now, { keptCount: await keptOf(deps, id) }));
      if (all.length >= MOST_UNNAMED) return all;
    }
  }
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function keptOf({ listed }: Pick<Deps, "listed">, id: string): Promise<number> {
  return (await listed.count({ range: everyRange(id) })).count;
}

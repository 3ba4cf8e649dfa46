import type { ListConnectorsResponse } from "@ntd/proto/exchange/v1/exchange_service";
import type { Deps } from "../deps.ts";
import { countedFeedback } from "../feedback/counted-feedback.ts";
import { connectorId } from "./connector-id.ts";
import { newConnector } from "./connector.ts";
import { toConnector } from "./connector-message.ts";

/** All that the file names now; one that is new is told as it will begin. */
export function listConnectors(deps: Pick<Deps, "connectors" | "connectorsNow" | "clock" | "feedback" | "outlets">) {
  const { connectors, connectorsNow, clock } = deps;
  return async (): Promise<ListConnectorsResponse> => {
    const now = clock.now();
    const shown = connectorsNow().map(async (config) => {
      const id = connectorId(config);
      const found = await connectors.load(id);
      const feedback = config.kind === "ncmec" ? await countedFeedback(deps, id) : undefined;
      return toConnector(config, found?.state ?? newConnector(config.name, now), now, feedback);
    });
    return { connectors: await Promise.all(shown) };
  };
}

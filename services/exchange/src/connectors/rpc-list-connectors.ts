import type { ListConnectorsResponse } from "@ntd/proto/exchange/v1/exchange_service";
import type { Deps } from "../deps.ts";
import { connectorId } from "./connector-id.ts";
import { newConnector } from "./connector.ts";
import { toConnector } from "./connector-message.ts";

/** All that the file names now; one that is new is told as it will begin. */
export function listConnectors({
  connectors,
  connectorsNow,
  clock,
}: Pick<Deps, "connectors" | "connectorsNow" | "clock">) {
  return async (): Promise<ListConnectorsResponse> => {
    const now = clock.now();
    const shown = connectorsNow().map(async (config) => {
      const found = await connectors.load(connectorId(config));
      return toConnector(config, found?.state ?? newConnector(config.name, now), now);
    });
    return { connectors: await Promise.all(shown) };
  };
}

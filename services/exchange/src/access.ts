import type { Access } from "@ntd/rpc";

/** Who may call what. */
export const access: Access = {
  "/ntd.exchange.v1.ExchangeService/ListConnectors": ["operator"],
  "/ntd.exchange.v1.ExchangeService/PullConnector": ["operator"],
};

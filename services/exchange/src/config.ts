import { readCommon, readConfig, readStoreUrl, type CommonConfig } from "@ntd/service";
import { readExceptions, refuseExceptions, type Exceptions } from "@ntd/wayout";

export interface ExchangeConfig extends CommonConfig, Exceptions {
  storeUrl: string;
  /** Where lists are put; host:port. */
  hashlistsAddress: string;
  /** The connectors, as deploy/exchange/example.yaml; read again when it changes. "": none. */
  connectorsFile: string;
}

export const readExchangeConfig = (environment: Readonly<Record<string, string | undefined>>): ExchangeConfig =>
  readConfig("EXCHANGE", environment, (own, shared) => {
    const config = {
      ...readCommon(own, shared),
      storeUrl: readStoreUrl(own, shared),
      hashlistsAddress: shared.text("HASHLISTS_ADDRESS"),
      connectorsFile: own.text("CONNECTORS_FILE", "") === "" ? "" : own.path("CONNECTORS_FILE"),
      ...readExceptions(own),
    };
    if (config.environment === "LIVE") refuseExceptions(own, config);
    return config;
  });

import { derivedId } from "@ntd/service";
import type { ConnectorConfig } from "./connectors-file.ts";

/** Of the source and the set, too: what one exchange has told is no checkpoint at another, nor for another set. */
export function connectorId(config: ConnectorConfig): string {
  const { name, kind, setId } = config;
  const source = config.kind === "ncmec" ? config.url.href : `${config.address} ${config.partnerSetId}`;
  return derivedId("connector", name, kind, source, setId);
}

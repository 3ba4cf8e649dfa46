import { derivedId } from "@ntd/service";
import type { ConnectorConfig } from "./connectors-file.ts";

/** Of the source and the set, too: what one exchange has told is no checkpoint at another, nor for another set. */
export function connectorId({ name, kind, url, setId }: ConnectorConfig): string {
  return derivedId("connector", name, kind, url.href, setId);
}

import { join } from "node:path";
import type { Folder } from "./folder.ts";
import { keySettings } from "./keys.ts";

export interface Surroundings {
  folder: Folder;
  natsUrl: string;
  environment: "DEMO" | "TEST" | "LIVE";
  logLevel: string;
  /** Where a service keeps its store. */
  storeUrl: (service: string) => string;
}

/** The store of a service in a folder: a file of its own. */
export function storeIn(folder: Folder): Surroundings["storeUrl"] {
  return (service) => `file:${join(folder.dir, "stores", service, "store.sqlite")}`;
}

/** A service's environment: store, bus, identity, keys; `settings` are added under its prefix, those of all as they are, and win. */
export async function serviceEnvironment(
  { folder, natsUrl, environment, logLevel, storeUrl }: Surroundings,
  service: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const own = {
    IDENTITY_DIR: await folder.identity("service", service),
    ...(stateless.has(service) ? {} : { STORE_URL: storeUrl(service) }),
    ...settings,
  };
  return {
    NTD_ENVIRONMENT: environment,
    NTD_NATS_URL: natsUrl,
    NTD_LOG_LEVEL: logLevel,
    ...keySettings(service, folder.keys),
    ...prefixed(service, own),
  };
}

const stateless = new Set(["browser", "feed", "fingerprint", "icse-link"]);

function prefixed(service: string, settings: Readonly<Record<string, string>>): Record<string, string> {
  const prefix = service.toUpperCase().replaceAll("-", "_");
  const named = (key: string) => (key.startsWith("NTD_") ? key : `${prefix}_${key}`);
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [named(key), value]));
}

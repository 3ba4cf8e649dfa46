import { readCommon, readConfig, readStoreUrl, type CommonConfig } from "@ntd/service";

/** No sealing keys: nothing that is sealed is ever opened here. */
export interface ComplianceConfig extends CommonConfig {
  /** `file:<path>` (SQLite) or `mongodb://…`. */
  storeUrl: string;
  /** `tls://host:port`; several separated by commas. */
  natsUrl: string;
  /** Events that are older are trimmed from the service's stream, once every reader has acknowledged them. */
  streamKeepMs: number;
  /** So many days it is known who read what. */
  readingsDays: number;
}

export const readComplianceConfig = (environment: Readonly<Record<string, string | undefined>>): ComplianceConfig =>
  readConfig("COMPLIANCE", environment, (own, shared) => ({
    ...readCommon(own, shared),
    storeUrl: readStoreUrl(own, shared),
    natsUrl: shared.text("NATS_URL"),
    streamKeepMs: shared.duration("STREAM_KEEP", "30d"),
    readingsDays: own.integer("READINGS_DAYS", { fallback: 2 * 365, min: 1 }),
  }));

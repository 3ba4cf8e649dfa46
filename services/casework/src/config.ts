import { readCommon, readConfig, readData, type CommonConfig, type DataConfig } from "@ntd/service";

export interface CaseworkConfig extends CommonConfig, DataConfig {
  /** host:port of matching. */
  matchingAddress: string;
  /** How long an assessor holds a claimed case. */
  claimMs: number;
  /** How long a person's decision is held back that no hit decides by itself. */
  holdBackMs: number;
  /** How long an inquiry takes at most: until when a review is decided. */
  inquiryMs: number;
  /** Automatic decisions of one set in one minute, beyond which cases queue for a person. */
  autoPerMinute: number;
}

export const readCaseworkConfig = (environment: Readonly<Record<string, string | undefined>>): CaseworkConfig =>
  readConfig("CASEWORK", environment, (own, shared) => ({
    ...readCommon(own, shared),
    ...readData(own, shared),
    matchingAddress: shared.text("MATCHING_ADDRESS"),
    claimMs: own.integer("CLAIM_MS", { fallback: 30 * 60_000, min: 1000 }),
    holdBackMs: own.integer("HOLD_BACK_MS", { fallback: 60_000 }),
    inquiryMs: own.integer("INQUIRY_MS", { fallback: 7 * 24 * 3_600_000, min: 1000 }),
    autoPerMinute: own.integer("AUTO_PER_MINUTE", { fallback: 100 }),
  }));

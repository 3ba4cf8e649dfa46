import { readCommon, readConfig, type CommonConfig } from "@ntd/service";
import { readExceptions, refuseExceptions, type Exceptions } from "@ntd/wayout";

export interface BrowserConfig extends CommonConfig, Exceptions {
  /** The browser's program; "": the one that is installed here. */
  program: string;
  /** Looks at a time, each with a browser of its own. */
  atOnce: number;
  /** Looks that may wait for their turn; further ones are refused with RATE_LIMITED. */
  maxWaiting: number;
  /** A look is ended after so long, whatever it has come to. */
  lookMs: number;
  /** What a browser may take beside what an idle one does; then it is killed. */
  maxMemoryMb: number;
  /** Requests of one look. */
  maxRequests: number;
  /** Bytes of all answers of one look, as they come. */
  maxBytes: number;
  /** Media that one look tells. */
  maxMedia: number;
}

const MIB = 1024 * 1024;

export const readBrowserConfig = (environment: Readonly<Record<string, string | undefined>>): BrowserConfig =>
  readConfig("BROWSER", environment, (own, shared) => {
    const config = {
      ...readCommon(own, shared),
      program: own.text("PROGRAM", ""),
      atOnce: own.integer("AT_ONCE", { fallback: 1, min: 1, max: 64 }),
      maxWaiting: own.integer("MAX_WAITING", { fallback: 8, min: 0, max: 1000 }),
      lookMs: own.integer("LOOK_MS", { fallback: 30_000, min: 100, max: 120_000 }),
      maxMemoryMb: own.integer("MAX_MEMORY_MB", { fallback: 300, min: 50, max: 16_384 }),
      maxRequests: own.integer("MAX_REQUESTS", { fallback: 500, min: 1, max: 10_000 }),
      maxBytes: own.integer("MAX_BYTES", { fallback: 50 * MIB, min: 1, max: 1024 * MIB }),
      maxMedia: own.integer("MAX_MEDIA", { fallback: 200, min: 1, max: 1000 }),
      ...readExceptions(own),
    };
    if (config.environment === "LIVE") refuseExceptions(own, config);
    return config;
  });

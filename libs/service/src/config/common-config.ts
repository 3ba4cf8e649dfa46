import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigReader } from "./config.ts";

/** Settings that every service has; `NTD_…` are the same for all, the others carry the service's own prefix. */
export interface CommonConfig {
  /** DEMO, TEST or LIVE: part of every notice and figure. */
  environment: "DEMO" | "TEST" | "LIVE";
  /** Folder with cert.pem, key.pem and ca.pem of this service. */
  identityDir: string;
  /** host:port for gRPC; port 0 takes a free one. */
  listen: string;
  /** File with one refused identity (a SPIFFE id) a line; read again when it changes. Empty: none. */
  denyListFile: string;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
  /** A call that takes longer is ended with TIMED_OUT; streams last. */
  maxCallMs: number;
  /** Port of the Prometheus endpoint on loopback; 0: none. */
  metricsPort: number;
}

/** Reads the common settings. LIVE refuses failpoints and certificates of a development authority. */
export function readCommon(own: ConfigReader, shared: ConfigReader): CommonConfig {
  const environment = shared.choice("ENVIRONMENT", ["DEMO", "TEST", "LIVE"]);
  if (environment === "LIVE" && shared.text("FAILPOINT", "") !== "") shared.fault("FAILPOINT", "is refused in LIVE");
  const identityDir = own.path("IDENTITY_DIR");
  if (environment === "LIVE" && isDevelopment(identityDir))
    own.fault(
      "IDENTITY_DIR",
      "holds a development certificate, which LIVE refuses; put one of your own authority there",
    );
  return {
    environment,
    identityDir,
    listen: own.text("LISTEN", "127.0.0.1:0"),
    denyListFile: shared.text("DENY_LIST_FILE", ""),
    logLevel: shared.choice("LOG_LEVEL", ["debug", "info", "warn", "error", "silent"], "info"),
    maxCallMs: own.integer("MAX_CALL_MS", { fallback: 30_000, min: 1 }),
    metricsPort: own.integer("METRICS_PORT", { fallback: 0, max: 65_535 }),
  };
}

// An unreadable certificate is named by whoever uses it.
function isDevelopment(identityDir: string): boolean {
  try {
    return new X509Certificate(readFileSync(join(identityDir, "cert.pem"))).issuer.includes("DEVELOPMENT");
  } catch {
    return false;
  }
}

/** Settings of a service with a store and the bus. */
export interface DataConfig {
  /** `file:<path>` (SQLite) or `mongodb://…`. */
  storeUrl: string;
  /** `tls://host:port`; several separated by commas. */
  natsUrl: string;
  /** Key file of `sealerFromFile`. */
  sealingKeysFile: string;
  /** Events that are older are trimmed from the service's stream, once every reader has acknowledged them. */
  streamKeepMs: number;
}

/**
 * `<PREFIX>_STORE_URL`, or the file that `<PREFIX>_STORE_URL_FILE` names: a URL with a password belongs in a file. LIVE
 * refuses a password in the environment and a MongoDB without TLS.
 */
export function readStoreUrl(own: ConfigReader, shared: ConfigReader): string {
  const file = own.text("STORE_URL_FILE", "");
  const url = file === "" ? own.text("STORE_URL") : textOf(own.path("STORE_URL_FILE"));
  if (shared.text("ENVIRONMENT", "") !== "LIVE") return url;
  if (file === "" && /:[^/]+@/.test(url.replace(/^[^/]*/, ""))) {
    own.fault("STORE_URL", "holds a password; put the URL in a file and name it in STORE_URL_FILE");
  }
  if (url.startsWith("mongodb://") && !/[?&](tls|ssl)=true/.test(url)) {
    own.fault("STORE_URL", "has no tls=true, which LIVE demands");
  }
  return url;
}

// A file that does not exist is named as a fault by `path`.
function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8").trim() : "";
}

export function readData(own: ConfigReader, shared: ConfigReader): DataConfig {
  return {
    storeUrl: readStoreUrl(own, shared),
    natsUrl: shared.text("NATS_URL"),
    sealingKeysFile: shared.path("SEALING_KEYS_FILE"),
    streamKeepMs: shared.duration("STREAM_KEEP", "30d"),
  };
}

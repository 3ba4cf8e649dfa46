import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pemsIn } from "../secrets/pem.ts";
import type { ConfigReader } from "./config.ts";
import { busUrlFaults, modeFault, storeUrlFaults } from "./live.ts";

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
  /** What one identity may ask, as `deploy/quotas.yaml`; read again when it changes. Empty: as by default. */
  quotasFile: string;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
  /** A call that takes longer is ended with TIMED_OUT; streams last. */
  maxCallMs: number;
  /** Port of the Prometheus endpoint on loopback; 0: none. */
  metricsPort: number;
}

/** Reads the common settings. LIVE refuses failpoints, certificates of a development authority and keys that others may read. */
export function readCommon(own: ConfigReader, shared: ConfigReader): CommonConfig {
  const environment = shared.choice("ENVIRONMENT", ["DEMO", "TEST", "LIVE"]);
  if (environment === "LIVE" && shared.text("FAILPOINT", "") !== "") shared.fault("FAILPOINT", "is refused in LIVE");
  const identityDir = own.path("IDENTITY_DIR");
  if (environment === "LIVE") identityFaults(identityDir).forEach((fault) => own.fault("IDENTITY_DIR", fault));
  return {
    environment,
    identityDir,
    listen: own.text("LISTEN", "127.0.0.1:0"),
    denyListFile: shared.text("DENY_LIST_FILE", ""),
    quotasFile: shared.text("QUOTAS_FILE", ""),
    logLevel: shared.choice("LOG_LEVEL", ["debug", "info", "warn", "error", "silent"], "info"),
    maxCallMs: own.integer("MAX_CALL_MS", { fallback: 30_000, min: 1 }),
    metricsPort: own.integer("METRICS_PORT", { fallback: 0, max: 65_535 }),
  };
}

/** An unreadable certificate is named by whoever uses it. */
function identityFaults(identityDir: string): string[] {
  const certificates = ["cert.pem", "ca.pem"].flatMap((file) => certificatesIn(join(identityDir, file)));
  const isDevelopment = certificates.some(({ issuer }) => issuer.includes("DEVELOPMENT"));
  const open = modeFaultOf(join(identityDir, "key.pem"));
  return [
    ...(isDevelopment
      ? ["holds or trusts a development certificate, which LIVE refuses; put those of your own authority there"]
      : []),
    ...(open === undefined ? [] : [`holds a key.pem that ${open}`]),
  ];
}

function certificatesIn(file: string): X509Certificate[] {
  return pemsIn(textOf(file)).flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}

function modeFaultOf(file: string): string | undefined {
  return existsSync(file) ? modeFault(statSync(file).mode) : undefined;
}

/** Settings of a service with a store and the bus. */
export interface DataConfig {
  /** `file:<path>` (SQLite) or `mongodb://…`. */
  storeUrl: string;
  /** `tls://host:port`; several separated by commas. */
  natsUrl: string;
  /** Folder of the journal of what protects or takes back, apart from the stores (SQLite). Empty: none. */
  journalDir: string;
  /** Events that are older are trimmed from the service's stream, once every reader has acknowledged them. */
  streamKeepMs: number;
}

/**
 * `<PREFIX>_STORE_URL`, or the file that `<PREFIX>_STORE_URL_FILE` names: a URL with a password belongs in a file. LIVE
 * refuses a password in the environment, a MongoDB without TLS or that anybody may read, and a file that others may read.
 */
export function readStoreUrl(own: ConfigReader, shared: ConfigReader): string {
  const file = own.secret("STORE_URL_FILE", "");
  const url = file === "" ? own.text("STORE_URL") : textOf(file);
  if (shared.text("ENVIRONMENT", "") !== "LIVE" || url === "") return url;
  if (file === "" && /:[^/]+@/.test(url.replace(/^[^/]*/, ""))) {
    own.fault("STORE_URL", "holds a password; put the URL in a file and name it in STORE_URL_FILE");
  }
  for (const fault of storeUrlFaults(url)) own.fault("STORE_URL", fault);
  const open = url.startsWith("file:") ? modeFaultOf(url.slice("file:".length)) : undefined;
  if (open !== undefined) own.fault("STORE_URL", `names a file that ${open}`);
  return url;
}

// A file that does not exist is named as a fault by `path`.
function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8").trim() : "";
}

/** Settings of a service that opens sealed texts. Whoever opens none is not given the file. */
export interface SealingConfig {
  /** Key file of `sealerFromFile`. */
  sealingKeysFile: string;
}

export function readSealing(shared: ConfigReader): SealingConfig {
  return { sealingKeysFile: shared.secret("SEALING_KEYS_FILE") };
}

export function readData(own: ConfigReader, shared: ConfigReader): DataConfig {
  return {
    storeUrl: readStoreUrl(own, shared),
    natsUrl: readBusUrl(shared),
    journalDir: shared.text("JOURNAL_DIR", ""),
    streamKeepMs: shared.duration("STREAM_KEEP", "30d"),
  };
}

function readBusUrl(shared: ConfigReader): string {
  const url = shared.text("NATS_URL");
  const isLive = shared.text("ENVIRONMENT", "") === "LIVE";
  if (isLive && url !== "") busUrlFaults(url).forEach((fault) => shared.fault("NATS_URL", fault));
  return url;
}

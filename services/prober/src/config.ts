import type { Prefix } from "@ntd/net";
import { readCommon, readConfig, readData, type CommonConfig, type ConfigReader, type DataConfig } from "@ntd/service";
import type { PortRange } from "./fetch/fetch.ts";
import { parseNetwork } from "./fetch/networks.ts";

export interface ProberConfig extends CommonConfig, DataConfig {
  fingerprintAddress: string;
  fingerprintTimeoutMs: number;
  /** Pictures given to the fingerprint service at a time. */
  fingerprintsAtOnce: number;
  /** Looks at a time; each may hold `maxBytes` in memory. */
  hands: number;
  slotMs: number;
  slotsRequired: number;
  idleMs: number;
  watchDays: number;
  unreachableMs: number;
  /** How long a claim holds after its process died. */
  leaseMs: number;
  fetchTimeoutMs: number;
  maxBytes: number;
  userAgent: string;
  /** From where the probing is done, as it is published. */
  vantage: string;
  /** Networks that may be fetched from though they are not public. */
  allowNetworks: readonly Prefix[];
  /** Ports besides 80 and 443, as ranges. */
  allowPorts: readonly PortRange[];
  /** "ip name …" lines that are asked before DNS; "" for none. */
  hostsFile: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Of a claim, for what is neither fetching nor fingerprinting. */
const MARGIN_MS = 1000;

export const readProberConfig = (environment: Readonly<Record<string, string | undefined>>): ProberConfig =>
  readConfig("PROBER", environment, (own, shared) => {
    const config = {
      ...readCommon(own, shared),
      ...readData(own, shared),
      fingerprintAddress: shared.text("FINGERPRINT_ADDRESS"),
      fingerprintTimeoutMs: own.integer("FINGERPRINT_TIMEOUT_MS", { fallback: 30_000, min: 1 }),
      fingerprintsAtOnce: own.integer("FINGERPRINTS_AT_ONCE", { fallback: 8, min: 1, max: 1000 }),
      hands: own.integer("HANDS", { fallback: 32, min: 1, max: 1000 }),
      slotMs: own.integer("SLOT_MS", { fallback: 15 * MINUTE, min: 1 }),
      slotsRequired: own.integer("SLOTS_REQUIRED", { fallback: 3, min: 1, max: 100 }),
      idleMs: own.integer("IDLE_MS", { fallback: 24 * HOUR, min: 1 }),
      watchDays: own.integer("WATCH_DAYS", { fallback: 90, min: 1 }),
      unreachableMs: own.integer("UNREACHABLE_MS", { fallback: 24 * HOUR, min: 1 }),
      leaseMs: own.integer("LEASE_MS", { fallback: 2 * MINUTE, min: 1 }),
      fetchTimeoutMs: own.integer("FETCH_TIMEOUT_MS", { fallback: 20_000, min: 1 }),
      maxBytes: own.integer("MAX_BYTES", { fallback: 25 * 1024 * 1024, min: 1, max: 25 * 1024 * 1024 }),
      userAgent: own.text("USER_AGENT", "ntd-prober/1 (notice and takedown; looks at reported addresses)"),
      vantage: own.text("VANTAGE", "main"),
      ...readExceptions(own),
    };
    if (config.leaseMs < config.fetchTimeoutMs + config.fingerprintTimeoutMs + MARGIN_MS) {
      own.fault(
        "LEASE_MS",
        "is shorter than FETCH_TIMEOUT_MS + FINGERPRINT_TIMEOUT_MS + 1000: a probe would lose its claim",
      );
    }
    if (config.environment === "LIVE") refuseInLive(own, config);
    return config;
  });

function readExceptions(own: ConfigReader): Pick<ProberConfig, "allowNetworks" | "allowPorts" | "hostsFile"> {
  const allowNetworks = own.list("ALLOW_NETWORKS").flatMap((text) => {
    const network = parseNetwork(text);
    if (network === undefined) own.fault("ALLOW_NETWORKS", `${JSON.stringify(text)} is no network such as 127.0.0.0/8`);
    return network === undefined ? [] : [network];
  });
  const allowPorts = own.list("ALLOW_PORTS").flatMap((text): PortRange[] => {
    const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
    if (from !== undefined && Number(from) <= Number(to) && Number(to) < 65_536) return [[Number(from), Number(to)]];
    own.fault("ALLOW_PORTS", `${JSON.stringify(text)} is no port such as 8080 and no range such as 8000-8999`);
    return [];
  });
  const hostsFile = own.text("HOSTS_FILE", "") === "" ? "" : own.path("HOSTS_FILE");
  return { allowNetworks, allowPorts, hostsFile };
}

function refuseInLive(own: ConfigReader, { allowNetworks, hostsFile }: ProberConfig): void {
  if (allowNetworks.length > 0) own.fault("ALLOW_NETWORKS", "is refused in LIVE: only public addresses are fetched");
  if (hostsFile !== "") own.fault("HOSTS_FILE", "is refused in LIVE: names are looked up in DNS");
}

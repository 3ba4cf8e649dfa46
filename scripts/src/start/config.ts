import { entriesIn, fieldsIn, shown, type Fault } from "@ntd/service";
import { serviceNames, type ServiceName, type Settings } from "../platform/platform.ts";

/** What the file says that `./scripts/start --config` names. */
export interface StartConfig {
  environment: "DEMO" | "LIVE";
  /** Ports that stay, of services and of nats-server. */
  ports: Partial<Record<ServiceName | "nats", number>>;
  /** Settings by service, metrics ports among them. */
  settings: Settings;
  /** Settings that all services share, with their whole names. */
  shared: Record<string, string>;
  supervision: Supervision;
  logs: LogBounds;
  /** So much of the disk is left to stores and logs, in bytes; undefined: a share of it. */
  reserveBytes: number | undefined;
}

/** How long a process may go on as it is before it is started again; each time in a row it has twice as long. */
export interface Supervision {
  /** One that has answered may be silent for so long. */
  silentMs: number;
  /** One that was started has so long until it answers at all. */
  startMs: number;
  /** One may say NOT_SERVING for so long. */
  notServingMs: number;
}

export interface LogBounds {
  /** A log that is larger is put aside. */
  maxBytes: number;
  /** So many of each that were put aside are kept. */
  kept: number;
}

const FIELDS = [
  "environment",
  "log_level",
  "tracing",
  "ports",
  "metrics_ports",
  "shared",
  "services",
  "supervision",
  "logs",
  "disk",
];
const LEVELS = ["debug", "info", "warn", "error", "silent"];
const MIB = 2 ** 20;

/** Reads the file's data; every fault is noted by its place. */
export function readStartConfig(data: unknown, fault: Fault): StartConfig {
  const given = fieldsIn(data ?? {}, "", fault, FIELDS);
  const numbers = numbersIn(given, fault);
  const level = choiceIn(given.get("log_level") ?? "info", "log_level", fault, LEVELS);
  const tracing = given.get("tracing");
  const metrics = portsIn(given.get("metrics_ports"), "metrics_ports", fault, serviceNames);
  const settings = settingsIn(given.get("services"), fault);
  for (const [name, port] of Object.entries(metrics) as [ServiceName, number][])
    settings[name] = { METRICS_PORT: String(port), ...settings[name] };
  const shared = plainIn(given.get("shared"), "shared", fault);
  const seconds = (key: string, fallback: number) => numbers("supervision", key, fallback, [1, 86_400]) * 1000;
  const supervision = {
    silentMs: seconds("silent_seconds", 30),
    startMs: seconds("start_seconds", 120),
    notServingMs: seconds("not_serving_seconds", 300),
  };
  const logs = {
    maxBytes: numbers("logs", "max_megabytes", 8, [1, 10_000]) * MIB,
    kept: numbers("logs", "kept", 3, [0, 100]),
  };
  const reserve = numbers("disk", "reserve_megabytes", 0, [0, 10_000_000]);
  return {
    environment: choiceIn(given.get("environment") ?? "DEMO", "environment", fault, ["DEMO", "LIVE"]),
    ports: portsIn(given.get("ports"), "ports", fault, [...serviceNames, "nats"]),
    settings,
    shared: {
      NTD_LOG_LEVEL: level,
      ...(tracing !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: urlIn(tracing, "tracing", fault) }),
      ...Object.fromEntries(Object.entries(shared).map(([key, value]) => [`NTD_${key}`, value])),
    },
    supervision,
    logs,
    reserveBytes: reserve === 0 ? undefined : reserve * MIB,
  };
}

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  supervision: ["silent_seconds", "start_seconds", "not_serving_seconds"],
  logs: ["max_megabytes", "kept"],
  disk: ["reserve_megabytes"],
};

function numbersIn(given: ReadonlyMap<string, unknown>, fault: Fault) {
  const groups = Object.fromEntries(
    Object.entries(GROUPS).map(([group, names]) => [group, fieldsIn(given.get(group) ?? {}, group, fault, names)]),
  );
  return (group: string, key: string, fallback: number, [least, most]: readonly [number, number]): number => {
    const value = groups[group]?.get(key) ?? fallback;
    if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    fault(`${group}.${key}`, `is ${shown(JSON.stringify(value))}, and no whole number from ${least} to ${most}`);
    return fallback;
  };
}

function portsIn<N extends string>(data: unknown, at: string, fault: Fault, names: readonly N[]) {
  const ports: Partial<Record<N, number>> = {};
  const taken = new Map<unknown, string>();
  for (const [name, port] of fieldsIn(data ?? {}, at, fault, names)) {
    const other = taken.get(port);
    if (!(Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536))
      fault(`${at}.${name}`, `is ${shown(String(port))}, and no port from 1 to 65535`);
    else if (other !== undefined) fault(`${at}.${name}`, `is ${String(port)}, as ${at}.${other} is; give each its own`);
    else ports[name as N] = Number(port);
    taken.set(port, name);
  }
  return ports;
}

/** What the platform sets itself, for each service to be found and known. */
const own: Readonly<Record<string, string>> = {
  LISTEN: "is set by ports; name the port there",
  IDENTITY_DIR: "is set by the platform; remove it",
};

function settingsIn(data: unknown, fault: Fault): Settings {
  const settings: Settings = {};
  for (const [name, given] of fieldsIn(data ?? {}, "services", fault, serviceNames)) {
    const at = `services.${name}`;
    const plain = plainIn(given, at, fault);
    for (const key of Object.keys(plain)) if (own[key] !== undefined) fault(`${at}.${key.toLowerCase()}`, own[key]);
    settings[name as ServiceName] = plain;
  }
  return settings;
}

/** Settings as the environment has them: in capitals; lists joined by commas, nothing as "". */
function plainIn(data: unknown, at: string, fault: Fault): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [key, value] of entriesIn(data ?? {}, at, fault)) {
    const where = `${at}.${key}`;
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(key)) fault(where, "is no name of a setting, such as allow_networks");
    else if (isPlain(value)) plain[key.toUpperCase()] = String(value ?? "");
    else if (Array.isArray(value) && value.every(isPlain)) plain[key.toUpperCase()] = value.join(",");
    else fault(where, "is neither a text, a number, true or false, nor a list of them");
  }
  return plain;
}

const isPlain = (value: unknown): value is string | number | boolean | null =>
  value === null || ["string", "number", "boolean"].includes(typeof value);

function choiceIn<const V extends string>(value: unknown, at: string, fault: Fault, values: readonly V[]): V {
  const found = values.find((one) => one === value);
  if (found === undefined) fault(at, `is ${shown(String(value))}, and none of ${values.join(", ")}`);
  return found ?? (values[0] as V);
}

function urlIn(value: unknown, at: string, fault: Fault): string {
  if (typeof value === "string" && /^https?:/.test(value) && URL.canParse(value)) return value;
  fault(at, "is no address of a collector, such as http://127.0.0.1:4318");
  return "";
}

/** What is in force without a file. */
export const defaultConfig: StartConfig = readStartConfig({}, () => undefined);

import { entriesIn, fieldsIn, hostPort, shown, textIn, type Fault } from "@ntd/service";

/** A connector as its operator names it. */
export type ConnectorConfig = NcmecConfig | NtdConfig;

interface Common {
  name: string;
  setId: string;
  everyMs: number;
  /** Within so long somebody decides on a release that it brought; then health says so. */
  decideMs: number;
  /** Entries of before are not asked for. */
  start: Date;
  /** Kinds of hashes that are taken, each once, in order; absent: all that are known. */
  algorithms?: readonly string[];
}

/** NCMEC hash sharing, version 2. */
export interface NcmecConfig extends Common {
  kind: "ncmec";
  /** Where the API begins: all before `/v2/`. */
  url: URL;
  userFile: string;
  passwordFile: string;
  /** Authorities besides which no certificate of the exchange holds; "": those of the system. */
  caFile: string;
}

/** The feed of another ntd. */
export interface NtdConfig extends Common {
  kind: "ntd";
  /** Of its feed, `host:port`. */
  address: string;
  /** What the set is called there. */
  partnerSetId: string;
  /** Folder of the identity that the partner issued: cert.pem, key.pem, ca.pem. */
  identityDir: string;
  /** The partner's public keys, as a JSON Web Key Set that came by another way than its feed. */
  keysFile: string;
}

const MOST = 50;
const COMMON = ["kind", "set", "every_minutes", "decide_within_hours", "algorithms"];
/** What lists here can hold of what each kind of partner tells. */
const ALGORITHMS = {
  ncmec: ["md5", "pdq", "sha1", "sha256"],
  ntd: ["blockhash256", "md5", "pdq", "sha1", "sha256", "vpdq"],
};
const FIELDS = {
  ncmec: [...COMMON, "url", "start", "user_file", "password_file", "ca_file"],
  ntd: [...COMMON, "address", "partner_set", "identity_dir", "keys_file"],
};
/** Exchanges ask not to be asked more often. */
const LEAST_MINUTES = 5;
const MOST_MINUTES = 24 * 60;
/** Whether somebody has decided is seen at the next pull, a day later at the most. */
const LEAST_HOURS = 24;
const MOST_HOURS = 30 * 24;

/** Reads the connectors of the file; every fault is noted by its place. */
export function connectorsIn(data: unknown, fault: Fault): ConnectorConfig[] {
  const given = entriesIn(fieldsIn(data ?? {}, "", fault, ["connectors"]).get("connectors") ?? {}, "connectors", fault);
  if (given.length > MOST) fault("connectors", `names ${given.length}; at most ${MOST}`);
  return given.map(([name, one]) => connectorIn(name, one, fault)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function connectorIn(name: string, data: unknown, fault: Fault): ConnectorConfig {
  const at = `connectors.${name}`;
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) fault(at, "is no name of small letters, digits and hyphens, at most 40");
  const kind = new Map(entriesIn(data ?? {}, at, () => undefined)).get("kind");
  if (kind !== "ncmec" && kind !== "ntd") fault(`${at}.kind`, `is ${shown(kind)}, and neither ncmec nor ntd`);
  const given = fieldsIn(data ?? {}, at, fault, FIELDS[kind === "ntd" ? "ntd" : "ncmec"]);
  const file = (key: string) => fileIn(given.get(key), `${at}.${key}`, fault);
  const common = {
    name,
    setId: textIn(given.get("set"), `${at}.set`, fault, 63),
    everyMs: countIn(given.get("every_minutes") ?? 60, `${at}.every_minutes`, fault, MINUTES) * 60_000,
    decideMs: countIn(given.get("decide_within_hours") ?? 72, `${at}.decide_within_hours`, fault, HOURS) * 3_600_000,
    start: timeIn(given.get("start") ?? "2010-01-01T00:00:00Z", `${at}.start`, fault),
    ...algorithmsIn(given.get("algorithms"), `${at}.algorithms`, fault, ALGORITHMS[kind === "ntd" ? "ntd" : "ncmec"]),
  };
  if (kind === "ntd") {
    return {
      ...common,
      kind,
      address: addressIn(given.get("address"), `${at}.address`, fault),
      partnerSetId: textIn(given.get("partner_set"), `${at}.partner_set`, fault, 63),
      identityDir: file("identity_dir"),
      keysFile: file("keys_file"),
    };
  }
  return {
    ...common,
    kind: "ncmec",
    url: urlIn(given.get("url"), `${at}.url`, fault),
    userFile: file("user_file"),
    passwordFile: file("password_file"),
    caFile: given.has("ca_file") ? file("ca_file") : "",
  };
}

const NO_URL = new URL("https://invalid.invalid");

function urlIn(data: unknown, at: string, fault: Fault): URL {
  const url = URL.parse(textIn(data, at, fault, 500));
  if (url === null || url.protocol !== "https:") fault(at, "is no https:// URL; a password is sent there");
  else if (url.username !== "" || url.password !== "") fault(at, "holds a password; name files that hold it");
  else if (url.search !== "" || url.hash !== "") fault(at, "has a query; it ends where /v2/ begins");
  return url ?? NO_URL;
}

function addressIn(data: unknown, at: string, fault: Fault): string {
  const address = textIn(data, at, fault, 300);
  if (hostPort(address) === undefined) fault(at, `is ${shown(address)}, and no host:port`);
  return address;
}

// All of them is what nothing says: it changes nothing to name them.
function algorithmsIn(data: unknown, at: string, fault: Fault, known: readonly string[]) {
  if (data === undefined) return {};
  const given: readonly unknown[] = Array.isArray(data) ? data : [];
  const algorithms = known.filter((one) => given.includes(one));
  const stranger = given.find((one) => !known.some((two) => two === one));
  if (!Array.isArray(data) || given.length === 0)
    fault(at, `is no list of ${known.join(", ")}; without it all are taken`);
  else if (stranger !== undefined) fault(at, `has ${shown(stranger)}, and takes ${known.join(", ")}`);
  return algorithms.length === known.length ? {} : { algorithms };
}

const MINUTES = [LEAST_MINUTES, MOST_MINUTES] as const;
const HOURS = [LEAST_HOURS, MOST_HOURS] as const;

function countIn(data: unknown, at: string, fault: Fault, [least, most]: readonly [number, number]): number {
  if (Number.isInteger(data) && Number(data) >= least && Number(data) <= most) return Number(data);
  fault(at, `is ${shown(data)}, and no whole number from ${least} to ${most}`);
  return most;
}

function timeIn(data: unknown, at: string, fault: Fault): Date {
  const time = new Date(String(data));
  if (/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/.test(String(data)) && !Number.isNaN(time.getTime())) return time;
  fault(at, `is ${shown(data)}, and no time such as 2024-01-31T00:00:00Z`);
  return new Date(0);
}

// Whether it can be read shows at each pull: it may come later, and change.
function fileIn(data: unknown, at: string, fault: Fault): string {
  const path = textIn(data, at, fault, 1000);
  if (path !== "" && !path.startsWith("/")) fault(at, `is ${shown(path)}, and no path from the root on`);
  return path;
}

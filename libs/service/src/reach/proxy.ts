import { BlockList, isIP } from "node:net";

export type Environment = Readonly<Record<string, string | undefined>>;

/** `host:port` taken apart; IPv6 stands in brackets. */
export interface HostPort {
  host: string;
  port: number;
}

/** How a connection goes: straight, through an HTTP proxy of the environment, or not at all since that names none. */
export type WayOut =
  | { is: "direct" }
  | { is: "proxy"; host: string; port: number; credentials: string | undefined; variable: string }
  | { is: "unusable"; variable: string; scheme: string };

const PROXIES = ["grpc_proxy", "https_proxy", "HTTPS_PROXY", "http_proxy"] as const;
const EXCEPTIONS = ["no_grpc_proxy", "no_proxy", "NO_PROXY"] as const;

/**
 * Which way to `to`: the first of grpc_proxy, https_proxy, HTTPS_PROXY and http_proxy that is set, but straight to this
 * machine itself, always, and to what no_grpc_proxy, no_proxy or NO_PROXY names: hosts (with all below them), addresses,
 * networks as CIDR, each with a port or without; `*` is everybody.
 */
export function wayOut(to: HostPort, environment: Environment): WayOut {
  const variable = PROXIES.find((name) => (environment[name] ?? "").trim() !== "");
  if (variable === undefined || isLoopback(to.host) || isExcepted(to, environment)) return { is: "direct" };
  const text = (environment[variable] ?? "").trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url?.protocol !== "http:" || url.hostname === "") {
    return { is: "unusable", variable, scheme: url?.protocol.replace(":", "") ?? "" };
  }
  const login = [url.username, url.password].filter((part) => part !== "").map(decoded);
  const credentials = login.length === 0 ? undefined : login.join(":");
  return { is: "proxy", host: bare(url.hostname), port: Number(url.port || 80), credentials, variable };
}

/** `host:port`, `[v6]:port`; undefined when there is no port. */
export function hostPort(address: string): HostPort | undefined {
  const [, v6, name, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(address) ?? [];
  const host = v6 ?? name;
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}

function isLoopback(host: string): boolean {
  const name = bare(host).toLowerCase().replace(/\.$/, "");
  return name === "localhost" || name.endsWith(".localhost") || isIn("127.0.0.0/8", name) || isIn("::1", name);
}

function isExcepted({ host, port }: HostPort, environment: Environment): boolean {
  const variable = EXCEPTIONS.find((name) => (environment[name] ?? "").trim() !== "");
  const entries = (variable === undefined ? "" : (environment[variable] ?? "")).split(/[\s,]+/);
  return entries.some(
    (entry) => entry !== "" && covers(entry.toLowerCase(), host.toLowerCase().replace(/\.$/, ""), port),
  );
}

function covers(entry: string, host: string, port: number): boolean {
  if (entry === "*") return true;
  const at = hostPort(entry);
  if (at !== undefined) return at.port === port && covers(at.host, host, port);
  if (isIP(host) !== 0) return isIn(bare(entry), host);
  const name = entry.replace(/^\*?\./, "");
  return name !== "" && (host === name || host.endsWith(`.${name}`));
}

/** Whether `host` is an address, and that address or one of that network. */
function isIn(network: string, host: string): boolean {
  const [address = "", length] = network.split("/");
  const family = isIP(address);
  if (family === 0 || isIP(host) === 0) return false;
  const named = (version: number) => (version === 4 ? "ipv4" : "ipv6");
  const most = family === 4 ? 32 : 128;
  const bits = length === undefined ? most : Number(length);
  if (!/^\d{1,3}$/.test(length ?? "0") || bits > most) return false;
  const list = new BlockList();
  list.addSubnet(address, bits, named(family));
  return list.check(host, named(isIP(host)));
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

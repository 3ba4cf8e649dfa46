import { hostText, parseHost } from "@ntd/net";
import { shown } from "@ntd/service";
import type { Credentials, Way } from "@ntd/wayout";
import { countryFault, UNKNOWN } from "./country.ts";
import type { Eye } from "./eye.ts";

/** Where the machine itself stands. */
export interface Home {
  network: string;
  country: string;
}

/** Two, both by the machine's own network. */
export function defaultEyes(home: Home): [Eye, Eye] {
  const own = { ...home, via: { is: "direct" }, exit: "owned" } as const;
  return [
    { ...own, name: "browser", profile: "browser" },
    { ...own, name: "declared", profile: "declared" },
  ];
}

/**
 * Reads a JSON list of `{name, network, country, profile, via, dns?, exit?, credentials_file?}`; the first eye is the one that
 * asks first.
 *
 * @param secretOf what a file holds ("user:password"); undefined when it cannot be read.
 * @returns every fault, each with the eye and the field that it is in.
 */
export function readEyes(
  text: string,
  secretOf: (path: string) => string | undefined,
): { eyes: Eye[]; faults: string[] } {
  const list = parsed(text);
  if (list === undefined) return { eyes: [], faults: [`${shown(text)} is no JSON list of eyes such as ${EXAMPLE}`] };
  const faults: string[] = [];
  const eyes = list.map((given, at) =>
    eyeOf(given, secretOf, (what) => faults.push(`eye ${at + 1}${nameIn(given)}: ${what}`)),
  );
  const names = eyes.map(({ name }) => name);
  for (const name of new Set(names.filter((one, at) => names.indexOf(one) !== at))) {
    faults.push(`two eyes have the name ${shown(name)}; give each its own`);
  }
  if (!eyes.some(({ profile }) => profile === "browser")) {
    faults.push("no eye asks as a browser does, so nothing could be called gone; give one the profile browser");
  }
  return { eyes, faults };
}

const EXAMPLE = `[{"name":"browser","network":"AS64496","country":"NL","profile":"browser","via":"direct"}]`;

/**
 * What LIVE asks of eyes beside their form: a network of our own in one country sees what a host shows to that network
 * and that country.
 */
export function faultsInLive(eyes: readonly Eye[], homeCountry: string): string[] {
  const faults: string[] = [];
  if (new Set(eyes.map(({ network }) => network)).size < 2) {
    faults.push("all eyes leave by one network, which a host can turn away alone; LIVE asks for two");
  }
  const abroad = eyes.filter(({ country }) => country !== homeCountry && country !== UNKNOWN);
  if (abroad.length === 0) {
    faults.push(`every eye leaves in ${homeCountry}: gone there could be gone for that country alone; add one abroad`);
  }
  if (abroad.length > 0 && abroad.every(({ dns }) => dns === undefined)) {
    faults.push(
      `no eye outside ${homeCountry} has name servers of its own: what is blocked there by name would be gone for all of them; give one dns, a list of addresses of resolvers abroad`,
    );
  }
  const direct = new Set(eyes.filter(({ via }) => via.is === "direct").map((eye) => `${eye.network} ${eye.country}`));
  if (direct.size > 1) faults.push("eyes that leave directly leave by one network in one country; name them alike");
  return faults;
}

type Given = Readonly<Record<string, unknown>>;
type Fault = (what: string) => void;

function parsed(text: string): Given[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    const isList = Array.isArray(list) && list.every((one) => typeof one === "object" && one !== null);
    return isList ? list : undefined;
  } catch {
    return undefined;
  }
}

const nameIn = ({ name }: Given) => (typeof name === "string" ? ` (${shown(name)})` : "");

const FIELDS = new Set(["name", "network", "country", "profile", "via", "dns", "exit", "credentials_file"]);

function eyeOf(given: Given, secretOf: (path: string) => string | undefined, fault: Fault): Eye {
  for (const key of Object.keys(given)) {
    if (!FIELDS.has(key)) fault(`${shown(key)} is no field of an eye; remove it or mend its name`);
  }
  const text = (key: string, fallback?: string): string => {
    const value = given[key] ?? fallback;
    if (typeof value === "string" && value !== "") return value;
    fault(`${key} is missing; set it`);
    return "";
  };
  const name = text("name");
  if (name !== "" && !/^[a-z0-9-]{1,32}$/.test(name)) {
    fault(`name ${shown(name)} is not of 1 to 32 small letters, digits and hyphens`);
  }
  const country = text("country");
  const unknown = country === "" ? undefined : countryFault(country);
  if (unknown !== undefined) fault(`country ${unknown}`);
  const profile = text("profile");
  if (profile !== "" && profile !== "browser" && profile !== "declared") {
    fault(`profile ${shown(profile)} is none of browser, declared`);
  }
  const dns = dnsOf(given["dns"], fault);
  return {
    name,
    network: text("network"),
    country,
    profile: profile === "declared" ? "declared" : "browser",
    via: wayOf(text("via"), credentialsOf(given["credentials_file"], secretOf, fault), fault),
    exit: exitOf(text("exit", "owned"), fault),
    ...(dns && { dns }),
  };
}

function dnsOf(given: unknown, fault: Fault): string[] | undefined {
  if (given === undefined) return undefined;
  const servers = (Array.isArray(given) ? given : [given]).map((one) => typeof one === "string" && parseHost(one));
  const ips = servers.flatMap((one) => (one && one.is === "ip" ? [hostText(one)] : []));
  if (ips.length > 0 && ips.length === servers.length) return ips;
  fault(`dns ${shown(given)} is no list of addresses of name servers such as ["192.0.2.53"]`);
  return undefined;
}

function exitOf(exit: string, fault: Fault): Eye["exit"] {
  if (exit === "owned" || exit === "contracted") return exit;
  fault(
    `exit ${shown(exit)} is refused: an exit is "owned" or "contracted" by the operator, never a line or an address of people who do not know what leaves by it`,
  );
  return "owned";
}

function credentialsOf(
  file: unknown,
  secretOf: (path: string) => string | undefined,
  fault: Fault,
): Credentials | undefined {
  if (file === undefined) return undefined;
  const secret = typeof file === "string" ? secretOf(file) : undefined;
  const [, user, password] = /^([ -9;-~]{1,255}):([ -~]{1,255})\r?\n?$/.exec(secret ?? "") ?? [];
  if (user !== undefined && password !== undefined) return { user, password };
  fault("credentials_file names no readable file that holds user:password in ASCII");
  return undefined;
}

function wayOf(text: string, credentials: Credentials | undefined, fault: Fault): Way {
  const direct: Way = { is: "direct" };
  if (text === "") return direct;
  if (text === "direct") {
    if (credentials !== undefined) fault("credentials_file is for a proxy, and via is direct; remove one");
    return direct;
  }
  const [, scheme, host, port = "0"] =
    /^(http|socks5):\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+):(\d{1,5})\/?$/i.exec(text) ?? [];
  // Not shown: a password may be in it.
  if (text.includes("@")) fault("via holds credentials; put them in a file and name it in credentials_file");
  else if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    fault(`via ${shown(text)} is none of direct, http://host:port, socks5://host:port`);
  }
  return {
    is: scheme?.toLowerCase() === "socks5" ? "socks5" : "http",
    host: (host ?? "").replaceAll(/[[\]]/g, ""),
    port: Number(port),
    ...(credentials && { credentials }),
  };
}

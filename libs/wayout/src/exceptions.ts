import type { Prefix } from "@ntd/net";
import type { ConfigReader } from "@ntd/service";
import { parseNetwork, type PortRange } from "./networks.ts";

/** Where a service may go besides public addresses at ports 80 and 443: for tests, demonstrations, odd web servers. */
export interface Exceptions {
  /** Networks that may be asked though they are not public. */
  allowNetworks: readonly Prefix[];
  /** Ports besides 80 and 443, as ranges. */
  allowPorts: readonly PortRange[];
  /** "ip name …" lines that are asked before DNS; "" for none. */
  hostsFile: string;
}

/** Reads ALLOW_NETWORKS, ALLOW_PORTS and HOSTS_FILE of a service; every fault is noted. */
export function readExceptions(own: ConfigReader): Exceptions {
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

/** Notes as faults what LIVE does not take of them. */
export function refuseExceptions(own: ConfigReader, { allowNetworks, allowPorts, hostsFile }: Exceptions): void {
  if (allowNetworks.length > 0) own.fault("ALLOW_NETWORKS", "is refused in LIVE: only public addresses are fetched");
  const ports = portsFault(allowPorts);
  if (ports !== undefined) own.fault("ALLOW_PORTS", ports);
  if (hostsFile !== "") own.fault("HOSTS_FILE", "is refused in LIVE: names are looked up in DNS");
}

/** In LIVE, besides 80 and 443: enough for where web servers listen, and too few to search a host for services. */
const LIVE_PORTS = 100;

function portsFault(ranges: readonly PortRange[]): string | undefined {
  const count = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (count > LIVE_PORTS)
    return `names ${count} ports, and LIVE takes at most ${LIVE_PORTS}: name those of web servers`;
  const low = ranges.find(([from]) => from < 1024);
  return low && `names port ${low[0]}, and LIVE takes none below 1024 but 80 and 443: others serve no web pages`;
}

export { readExceptions, refuseExceptions, type Exceptions } from "./exceptions.ts";
export { exchange, type Answer, type HeaderLines, type TlsFlaw, type To, type Trust } from "./exchange.ts";
export { parseNetwork, publicOrIn, type Allowed, type PortRange } from "./networks.ts";
export { isNeverFollowed, isNeverShown, leadingFrom, sameSite, type Leading } from "./never-follow.ts";
export { hostsFile, noHosts, resolveHost, type DnsResolver, type Hosts, type Resolved } from "./resolve.ts";
export { NoWayOut, routeless, type Credentials, type Endpoint, type Proxy, type Way } from "./way-out.ts";

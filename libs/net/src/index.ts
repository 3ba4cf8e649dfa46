export { domainsAbove, hostText, isRegistrySuffix, isWithin, parseHost, registrableDomain, type Host } from "./host.ts";
export { embeddedIpv4, ipText, parseIp, type Ip } from "./ip.ts";
export { contains, parsePrefix, prefixAround, prefixText, readPrefix, type Prefix, type ReadPrefix } from "./prefix.ts";
export { PrefixMap } from "./prefix-map.ts";
export { isPublic, isPublicPrefix } from "./public.ts";
export { RangeCountries } from "./range-countries.ts";

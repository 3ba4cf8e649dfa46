import type { Provider as Message } from "@ntd/proto/takedown/v1/provider_service";
import { isPublicPrefix, isRegistrySuffix, parseHost, prefixText, readPrefix } from "@ntd/net";
import { shown, type FieldFault } from "@ntd/service";

const NAME = /^[a-z0-9-]{1,63}$/;
const MAX_ENTRIES = 1000;

/** A wider network belongs to no single provider; a typo in a length sends addresses to a stranger. */
const WIDEST = { 4: 8, 6: 20 } as const;

/** LIVE has public networks alone; DEMO and TEST play on loopback. */
export interface Limits {
  publicOnly: boolean;
  /** What is hosted there is no hotline's. */
  homeCountry: string;
}

export function limitsOf({ environment, homeCountry }: { environment: string; homeCountry: string }): Limits {
  return { publicOnly: environment === "LIVE", homeCountry };
}

/** Everything that is not as it must be in a provider that an operator typed. */
export function providerFaults(provider: Message, limits: Limits): FieldFault[] {
  const faults: FieldFault[] = [];
  const check = (field: string, well: boolean, description: string) => {
    if (!well) faults.push({ field: `provider.${field}`, description });
  };
  const tooLong = tooLongFaults({ ...provider, countries: provider.countries?.countries }, "provider.");
  if (tooLong.length > 0) return tooLong;
  const name = "is not 1 to 63 lower case letters, digits and -";
  check("provider_id", NAME.test(provider.providerId), name);
  const { displayName } = provider;
  check("display_name", displayName.trim() !== "" && displayName.length <= 200, "is not 1 to 200 characters");
  for (const [i, text] of provider.domains.entries()) {
    const fault = domainFault(text);
    check(`domains[${i}]`, fault === undefined, `${named(text)} ${fault}`);
  }
  for (const [i, text] of provider.prefixes.entries()) {
    const fault = prefixFault(text, limits);
    check(`prefixes[${i}]`, fault === undefined, `${named(text)} ${fault}`);
  }
  for (const [i, text] of provider.identities.entries()) check(`identities[${i}]`, NAME.test(text), name);
  for (const [i, text] of (provider.countries?.countries ?? []).entries()) {
    check(`countries[${i}]`, /^[A-Z]{2}$/.test(text), `${named(text)} is no country in two capital letters`);
    check(`countries[${i}]`, text !== limits.homeCountry, `${named(text)} is here; a hotline is of another country`);
  }
  const routes = provider.route !== "UNRECOGNIZED";
  check("route", routes, "is none that is known; take PROVIDER or HOTLINE");
  const roles = provider.roles.every((r) => r !== "PROVIDER_ROLE_UNSPECIFIED" && r !== "UNRECOGNIZED");
  check("roles", roles, "holds one that is not known; take HOST, CDN, ACCESS_ISP, PLATFORM or REGISTRAR");
  return faults;
}

/** What is wrong with a domain, undefined when nothing is. It is spelled as hosts are compared. */
export function domainFault(text: string): string | undefined {
  const host = parseHost(text);
  if (host?.is !== "name" || host.name !== text || !text.includes(".")) {
    return "is no registered domain in lower case with at least two labels, such as host.example";
  }
  return isRegistrySuffix(text) ? "is a public suffix: all who registered a name below it would be meant" : undefined;
}

/** Which lists are too long. A message holds two million entries that are empty: of such a list none is looked at. */
export function tooLongFaults(lists: Readonly<Record<string, unknown>>, at = ""): FieldFault[] {
  return Object.entries(lists)
    .filter(([, list]) => Array.isArray(list) && list.length > MAX_ENTRIES)
    .map(([name]) => ({
      field: `${at}${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
      description: `has more than ${MAX_ENTRIES} entries`,
    }));
}

/**
 * What is wrong with a CIDR prefix, undefined when nothing is. It has no bits beyond its length: `10.0.0.5/8` may be
 * meant as one address or as the whole network.
 */
export function prefixFault(text: string, { publicOnly }: Pick<Limits, "publicOnly">): string | undefined {
  const read = readPrefix(text);
  if (read.is === "bits_beyond_length") return `has bits beyond its length; write ${prefixText(read.network)}`;
  if (read.is === "no_prefix") return "is no CIDR prefix, such as 192.0.2.0/24";
  const widest = WIDEST[read.prefix.family];
  if (read.prefix.length < widest) return `is wider than /${widest}, which is no single provider's`;
  return publicOnly && !isPublicPrefix(read.prefix) ? "is no network of the public internet" : undefined;
}

// Who pastes a whole address may paste one of a picture, which belongs in no error.
function named(text: string): string {
  return text.includes("://") ? "an address" : shown(text);
}

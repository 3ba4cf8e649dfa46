import type { Provider as Message } from "@ntd/proto/takedown/v1/provider_service";
import { shown, type FieldFault } from "@ntd/service";

const NAME = /^[a-z0-9-]{1,63}$/;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;
const MAX_ENTRIES = 1000;

/** Everything that is not as it must be in a provider that an operator typed. */
export function providerFaults(provider: Message, prefixFault: (text: string) => string | undefined): FieldFault[] {
  const faults: FieldFault[] = [];
  const check = (field: string, well: boolean, description: string) => {
    if (!well) faults.push({ field: `provider.${field}`, description });
  };
  const name = "is not 1 to 63 lower case letters, digits and -";
  check("provider_id", NAME.test(provider.providerId), name);
  const { displayName } = provider;
  check("display_name", displayName.trim() !== "" && displayName.length <= 200, "is not 1 to 200 characters");
  const domain = "is no registered domain in lower case with at least two labels, such as host.example";
  for (const [i, text] of provider.domains.entries())
    check(`domains[${i}]`, DOMAIN.test(text), `${named(text)} ${domain}`);
  for (const [i, text] of provider.prefixes.entries()) {
    const fault = prefixFault(text);
    check(`prefixes[${i}]`, fault === undefined, `${named(text)} ${fault}`);
  }
  for (const [i, text] of provider.identities.entries()) check(`identities[${i}]`, NAME.test(text), name);
  const roles = provider.roles.every((r) => r !== "PROVIDER_ROLE_UNSPECIFIED" && r !== "UNRECOGNIZED");
  check("roles", roles, "holds one that is not known; take HOST, CDN, ACCESS_ISP, PLATFORM or REGISTRAR");
  for (const list of ["domains", "prefixes", "identities"] as const) {
    check(list, provider[list].length <= MAX_ENTRIES, `has more than ${MAX_ENTRIES} entries`);
  }
  return faults;
}

// Who pastes a whole address may paste one of a picture, which belongs in no error.
function named(text: string): string {
  return text.includes("://") ? "an address" : shown(text);
}

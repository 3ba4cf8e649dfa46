import type { Step } from "@ntd/facts";
import type { Route } from "@ntd/proto/takedown/v1/notice";
import type {
  Countries,
  Provider as Message,
  ProviderEdit as EditMessage,
} from "@ntd/proto/takedown/v1/provider_service";
import type { FieldFault } from "@ntd/service";

/** What is to change; of a new provider also how its notices reach it. */
export type Asked = EditMessage & { route?: Route };

/** What changes; everything else stays. */
export type Edit = Omit<Asked, "displayName"> & { displayName?: string };

/** What a provider is, without its history. */
export type Profile = Omit<Message, "providerId" | "wins" | "retiredTime">;

export const nobody: Profile = { displayName: "", domains: [], prefixes: [], roles: [], identities: [] };

const LISTS = {
  domains: ["addDomains", "removeDomains"],
  prefixes: ["addPrefixes", "removePrefixes"],
  identities: ["addIdentities", "removeIdentities"],
  roles: ["addRoles", "removeRoles"],
  countries: ["addCountries", "removeCountries"],
} as const;
type List = keyof typeof LISTS;
const lists = Object.keys(LISTS) as List[];

/** The entries of a list; countries are absent where there are none. */
export function entriesOf(list: readonly string[] | Countries | undefined): readonly string[] {
  if (list === undefined) return [];
  return "countries" in list ? list.countries : list;
}

function listOf(list: List, entries: readonly string[]): readonly string[] | Countries | undefined {
  if (list !== "countries") return entries;
  return entries.length === 0 ? undefined : { countries: [...entries] };
}

/** The edit without what would change nothing: what is there is not added, a name that it has is not given. */
export function effective(profile: Profile, edit: Asked): Edit {
  const { displayName, ...rest } = edit;
  const next: Edit = { ...rest };
  for (const list of lists) {
    const [add] = LISTS[list];
    const has = entriesOf(profile[list]);
    const added = [...new Set(entriesOf(edit[add]))].filter((entry) => !has.includes(entry));
    Object.assign(next, { [add]: listOf(list, added) });
  }
  return displayName === "" || displayName === profile.displayName ? next : { ...next, displayName };
}

export function edited(profile: Profile, edit: Edit): Profile {
  const { displayName = profile.displayName, route } = edit;
  const after = { ...profile, displayName, ...(route && { route }) };
  for (const list of lists) {
    const [add, remove] = LISTS[list];
    const removed = new Set(entriesOf(edit[remove]));
    const kept = entriesOf(profile[list]).filter((entry) => !removed.has(entry));
    Object.assign(after, { [list]: listOf(list, [...kept, ...entriesOf(edit[add])]) });
  }
  return after;
}

/** What is to be taken away and is not there, or is added as well: a typo would go by unseen. */
export function removalFaults(profile: Profile, edit: EditMessage): FieldFault[] {
  return lists.flatMap((list) => {
    const [add, remove] = LISTS[list];
    const has = entriesOf(profile[list]);
    const added = entriesOf(edit[add]);
    return entriesOf(edit[remove]).flatMap((entry, i) => {
      const field = `edit.remove_${list}[${i}]`;
      if (added.includes(entry)) return [{ field, description: "is added by the same edit; name it once" }];
      return has.includes(entry) ? [] : [{ field, description: `is none of its ${list}; see ListProviders` }];
    });
  });
}

/** The edit by which a provider comes to have all that a message names, and what it has that the message has not. */
export function editTowards(profile: Profile, message: Profile): { edit: Asked; dropped: FieldFault[] } {
  const { route } = message;
  const edit: Asked = {
    ...(profile === nobody && route === "ROUTE_HOTLINE" && { route }),
    displayName: message.displayName,
    addDomains: message.domains,
    removeDomains: [],
    addPrefixes: message.prefixes,
    removePrefixes: [],
    addIdentities: message.identities,
    removeIdentities: [],
    addRoles: message.roles,
    removeRoles: [],
    addCountries: message.countries,
  };
  const dropped = lists.flatMap((list): FieldFault[] => {
    const named = entriesOf(message[list]);
    const missing = entriesOf(profile[list]).filter((entry) => !named.includes(entry));
    const description = `lacks ${missing.slice(0, 5).join(", ")}, which it has; name it too, or take it away by EditProvider`;
    return missing.length === 0 ? [] : [{ field: `provider.${list}`, description }];
  });
  return { edit, dropped: [...dropped, ...changedRoute(profile, route)] };
}

// What has left went one way; one that is reached in another way is another provider.
function changedRoute(profile: Profile, asked: Route | undefined): FieldFault[] {
  if (profile === nobody || asked === undefined || asked === routeOf(profile)) return [];
  return [{ field: "provider.route", description: `is ${routeOf(profile)} for good; make another provider` }];
}

/** How its notices reach it. */
export function routeOf({ route }: Pick<Message, "route">): Route {
  return route === "ROUTE_HOTLINE" ? route : "ROUTE_PROVIDER";
}

/** What one of its route cannot have. */
export function routeFaults(profile: Profile): FieldFault[] {
  const isHotline = routeOf(profile) === "ROUTE_HOTLINE";
  if (isHotline && profile.identities.length > 0) {
    return [{ field: "provider.identities", description: "are there, and a hotline has no client; leave them out" }];
  }
  if (isHotline || entriesOf(profile.countries).length === 0) return [];
  return [{ field: "provider.countries", description: "are there, and only one of route HOTLINE has countries" }];
}

/** Takes away all that a provider is found by, and who speaks for it. */
export function editAway({ domains, prefixes, identities, countries }: Profile): EditMessage {
  return {
    displayName: "",
    addDomains: [],
    removeDomains: domains,
    addPrefixes: [],
    removePrefixes: prefixes,
    addIdentities: [],
    removeIdentities: identities,
    addRoles: [],
    removeRoles: [],
    removeCountries: countries,
  };
}

/** The steps of the two-person table that an edit is made of. */
export function stepsOf(edit: Edit, isNew: boolean): Step[] {
  const steps: [Step, boolean][] = [
    ["create", isNew],
    ["rename", edit.displayName !== undefined],
    ["add_domain", edit.addDomains.length > 0],
    ["add_prefix", edit.addPrefixes.length > 0],
    ["add_identity", edit.addIdentities.length > 0],
    ["remove_domain", edit.removeDomains.length > 0],
    ["remove_prefix", edit.removePrefixes.length > 0],
    ["remove_identity", edit.removeIdentities.length > 0],
    ["add_country", entriesOf(edit.addCountries).length > 0],
    ["remove_country", entriesOf(edit.removeCountries).length > 0],
    ["change_roles", edit.addRoles.length + edit.removeRoles.length > 0],
  ];
  return steps.filter(([, is]) => is).map(([step]) => step);
}

import type { Step } from "@ntd/facts";
import type { Provider as Message, ProviderEdit as EditMessage } from "@ntd/proto/takedown/v1/provider_service";
import type { FieldFault } from "@ntd/service";

/** What changes; everything else stays. */
export type Edit = Omit<EditMessage, "displayName"> & { displayName?: string };

/** What a provider is, without its history. */
export type Profile = Omit<Message, "providerId" | "wins" | "retiredTime">;

export const nobody: Profile = { displayName: "", domains: [], prefixes: [], roles: [], identities: [] };

const LISTS = {
  domains: ["addDomains", "removeDomains"],
  prefixes: ["addPrefixes", "removePrefixes"],
  identities: ["addIdentities", "removeIdentities"],
  roles: ["addRoles", "removeRoles"],
} as const;
type List = keyof typeof LISTS;
const lists = Object.keys(LISTS) as List[];

/** The edit without what would change nothing: what is there is not added, a name that it has is not given. */
export function effective(profile: Profile, edit: EditMessage): Edit {
  const { displayName, ...rest } = edit;
  const next: Edit = { ...rest };
  for (const list of lists) {
    const [add] = LISTS[list];
    const has: readonly string[] = profile[list];
    Object.assign(next, { [add]: [...new Set<string>(edit[add])].filter((entry) => !has.includes(entry)) });
  }
  return displayName === "" || displayName === profile.displayName ? next : { ...next, displayName };
}

export function edited(profile: Profile, edit: Edit): Profile {
  const after = { ...profile, displayName: edit.displayName ?? profile.displayName };
  for (const list of lists) {
    const [add, remove] = LISTS[list];
    const removed: ReadonlySet<string> = new Set(edit[remove]);
    const kept = profile[list].filter((entry) => !removed.has(entry));
    Object.assign(after, { [list]: [...kept, ...edit[add]] });
  }
  return after;
}

/** What is to be taken away and is not there, or is added as well: a typo would go by unseen. */
export function removalFaults(profile: Profile, edit: EditMessage): FieldFault[] {
  return lists.flatMap((list) => {
    const [add, remove] = LISTS[list];
    const has: readonly string[] = profile[list];
    const added: readonly string[] = edit[add];
    return edit[remove].flatMap((entry, i) => {
      const field = `edit.remove_${list}[${i}]`;
      if (added.includes(entry)) return [{ field, description: "is added by the same edit; name it once" }];
      return has.includes(entry) ? [] : [{ field, description: `is none of its ${list}; see ListProviders` }];
    });
  });
}

/** The edit by which a provider comes to have all that a message names, and what it has that the message has not. */
export function editTowards(profile: Profile, message: Profile): { edit: EditMessage; dropped: FieldFault[] } {
  const edit: EditMessage = {
    displayName: message.displayName,
    addDomains: message.domains,
    removeDomains: [],
    addPrefixes: message.prefixes,
    removePrefixes: [],
    addIdentities: message.identities,
    removeIdentities: [],
    addRoles: message.roles,
    removeRoles: [],
  };
  const dropped = lists.flatMap((list): FieldFault[] => {
    const named: readonly string[] = message[list];
    const missing = profile[list].filter((entry) => !named.includes(entry));
    const description = `lacks ${missing.slice(0, 5).join(", ")}, which it has; name it too, or take it away by EditProvider`;
    return missing.length === 0 ? [] : [{ field: `provider.${list}`, description }];
  });
  return { edit, dropped };
}

/** Takes away all that a provider is found by, and who speaks for it. */
export function editAway({ domains, prefixes, identities }: Profile): EditMessage {
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
    ["change_roles", edit.addRoles.length + edit.removeRoles.length > 0],
  ];
  return steps.filter(([, is]) => is).map(([step]) => step);
}

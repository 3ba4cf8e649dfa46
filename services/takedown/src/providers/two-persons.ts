/** What an operator does to decide who gets addresses, and how many persons each takes. */
export const PERSONS = {
  create: 2,
  add_domain: 2,
  add_prefix: 2,
  add_identity: 2,
  // What it covered goes to whoever is found next, by a wider domain or by the network.
  remove_domain: 2,
  remove_prefix: 2,
  remove_identity: 1,
  rename: 1,
  change_roles: 1,
  assign_remove: 1,
  assign_disable_access: 1,
  // Takes whatever else is at the host with it.
  assign_block_network: 2,
} as const;

export type Step = keyof typeof PERSONS;

/** As many as the step that takes the most. */
export function personsFor(steps: readonly Step[]): 1 | 2 {
  return steps.some((step) => PERSONS[step] === 2) ? 2 : 1;
}

/** Whether two callers ("{kind}/{name}") are one person: somebody has the same name in every kind of identity. */
export function isSamePerson(a: string, b: string): boolean {
  return nameOf(a) === nameOf(b);
}

function nameOf(person: string): string {
  return person.slice(person.indexOf("/") + 1);
}

/**
 * The one table of how many persons a step takes: whatever sends addresses to somebody new, weakens a rule or undoes
 * protection takes two.
 */
export const PERSONS = {
  // Hash lists.
  approve_release: 2,
  revoke_few_entries: 1,
  revoke_many_entries: 2,
  // However few: what was called wrong is acted on again.
  restore_entries: 2,
  // Its policy, its members or what was agreed of it.
  change_set: 2,
  // An earlier release is in force again, with all that was taken out or put in since.
  roll_back_set: 2,
  // Nothing of it is in force any more, for good.
  retire_set: 2,
  // Decisions.
  // "Illegal" that is in doubt, of a whole host, or by somebody who is new or whose decisions were taken back too often.
  tell_risky_illegal: 2,
  reopen_case: 1,
  // Of a decision that others know of; its notices ask to restore.
  withdraw_decision: 2,
  stay_decision: 2,
  lift_stay: 2,
  lift_breaker: 2,
  // Of a case as evidence.
  set_legal_hold: 1,
  lift_legal_hold: 2,
  // Police.
  mark_address: 1,
  mark_hash: 1,
  // Of what is below or within it, too.
  mark_host: 2,
  mark_prefix: 2,
  hold_case: 1,
  // Another one than who asked for it, or renewed it last.
  renew_hold: 1,
  // Beyond seven days in all, or of a mark; two others.
  renew_hold_long: 2,
  // Who gets addresses.
  create: 2,
  add_domain: 2,
  add_prefix: 2,
  add_identity: 2,
  // All of a country for which nobody else is found.
  add_country: 2,
  // What it covered goes to whoever is found next, by a wider domain or by the network.
  remove_domain: 2,
  remove_prefix: 2,
  remove_identity: 1,
  remove_country: 2,
  // It gets nothing any more, and what it covered goes to whoever is found next.
  retire_provider: 2,
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

/** The name of a caller ("{kind}/{name}"): the person's in every kind of identity. */
export function nameOf(person: string): string {
  return person.slice(person.indexOf("/") + 1);
}

import { isSamePerson } from "@ntd/facts";
import type { SetMember } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import type { HashSetState } from "../sets/hash-set.ts";
import { isSameOrganisation, membersOf, type MemberedSet } from "./members.ts";

/**
 * Who makes a set: a maintainer, but of the national one an operator, so that nobody takes its name for a list of his own.
 *
 * @throws Problem NOT_ALLOWED.
 */
export function requireCreator(kind: string, setId: string, nationalSet: string): void {
  const isNational = setId === nationalSet;
  if ((kind === "operator") === isNational) return;
  const why = isNational
    ? "is not any maintainer's: an operator creates it, and names members of two organisations"
    : "is a maintainer's to create; operators create the national set alone";
  throw new Problem("NOT_ALLOWED", `The set ${setId} ${why}.`);
}

/**
 * Refuses members of the national set of whom one organisation alone could approve.
 *
 * @throws Problem FIELD_INVALID.
 */
export function requireOrganisations(setId: string, members: readonly SetMember[], nationalSet: string): void {
  if (setId !== nationalSet || approving(members).size > 1) return;
  const description = `names approvers of one organisation alone; the set ${setId} takes approvers of two`;
  throw Problem.fields({ field: "members", description });
}

/**
 * In the national set a second word is another organisation's. In one of an earlier release, whose approvers act for one
 * organisation, it is another person's, until its owners name others.
 *
 * @throws Problem SAME_PERSON.
 */
export function requireOtherOrganisation(
  set: MemberedSet & Pick<HashSetState, "setId">,
  { nationalSet, first, second }: { nationalSet: string; first: string; second: string },
): void {
  if (set.setId !== nationalSet || approving(membersOf(set)).size < 2) return;
  // Who approves their own hears that in every set alike.
  if (isSamePerson(first, second) || !isSameOrganisation(set, first, second)) return;
  throw new Problem(
    "SAME_PERSON",
    `The set ${set.setId} wants the word of another organisation than ${first} acts for.`,
  );
}

function approving(members: readonly SetMember[]): ReadonlySet<string> {
  const approvers = members.filter(({ roles }) => roles.includes("SET_MEMBER_ROLE_APPROVER"));
  return new Set(approvers.map(({ organisation }) => organisation));
}

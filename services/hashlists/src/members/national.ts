import { isSamePerson } from "@ntd/facts";
import type { SetMember, SetMemberRole } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import type { HashSetState } from "../sets/hash-set.ts";
import { isOtherOrganisation, membersOf, organisationOf, type MemberedSet } from "./members.ts";
import { organisationKey } from "./organisation.ts";

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
  set: TermedSet,
  { nationalSet, first, second }: { nationalSet: string; first: string; second: string },
): void {
  if (set.setId !== nationalSet || approving(membersOf(set)).size < 2) return;
  requireOther(set, { first, second });
}

/**
 * Where releases are approved by another organisation, so is what would end that, unless one alone may say anything of
 * the set: else two of one organisation agree that they may approve each other's lists, and do.
 *
 * @throws Problem SAME_PERSON.
 */
export function requireOtherByTerms(set: TermedSet, { first, second }: { first: string; second: string }): void {
  if (set.terms?.approverOfOtherOrganisation !== true || deciding(membersOf(set)).size < 2) return;
  requireOther(set, { first, second });
}

/** The same whoever may say anything of the set, for a release. */
export function requireOther(set: TermedSet, { first, second }: { first: string; second: string }): void {
  // Who approves their own hears that in every set alike.
  if (isSamePerson(first, second) || isOtherOrganisation(set, first, second)) return;
  const isGone = organisationOf(set, first) === undefined;
  const why = isGone
    ? `, who is no member any more: nobody knows for whom they acted, so have a member do it anew`
    : "";
  throw new Problem(
    "SAME_PERSON",
    `The set ${set.setId} wants the word of another organisation than ${first} acts for${why}.`,
  );
}

type TermedSet = MemberedSet & Pick<HashSetState, "setId" | "terms">;

function approving(members: readonly SetMember[]): ReadonlySet<string> {
  return organisationsOf(members, ["SET_MEMBER_ROLE_APPROVER"]);
}

function deciding(members: readonly SetMember[]): ReadonlySet<string> {
  return organisationsOf(members, ["SET_MEMBER_ROLE_APPROVER", "SET_MEMBER_ROLE_OWNER"]);
}

function organisationsOf(members: readonly SetMember[], roles: readonly SetMemberRole[]): ReadonlySet<string> {
  const some = members.filter((member) => member.roles.some((role) => roles.includes(role)));
  return new Set(some.map(({ organisation }) => organisationKey(organisation)));
}

import type { SetMember, SetMemberRole } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import type { HashSetState } from "../sets/hash-set.ts";
import { organisationKey } from "./organisation.ts";

export type Role = Exclude<SetMemberRole, "SET_MEMBER_ROLE_UNSPECIFIED" | "UNRECOGNIZED">;

/** What somebody wants to do in a set, and as what. */
const ACTS = {
  see: ["SET_MEMBER_ROLE_OWNER", "SET_MEMBER_ROLE_CONTRIBUTOR", "SET_MEMBER_ROLE_APPROVER", "SET_MEMBER_ROLE_READER"],
  // Whoever may only look takes nothing away.
  export: ["SET_MEMBER_ROLE_CONTRIBUTOR", "SET_MEMBER_ROLE_APPROVER", "SET_MEMBER_ROLE_OWNER"],
  upload: ["SET_MEMBER_ROLE_CONTRIBUTOR"],
  opine: ["SET_MEMBER_ROLE_CONTRIBUTOR"],
  disable: ["SET_MEMBER_ROLE_APPROVER", "SET_MEMBER_ROLE_OWNER"],
  note: ["SET_MEMBER_ROLE_CONTRIBUTOR", "SET_MEMBER_ROLE_APPROVER", "SET_MEMBER_ROLE_OWNER"],
  // Who finds that something is listed by mistake need not look for a contributor.
  revoke: ["SET_MEMBER_ROLE_CONTRIBUTOR", "SET_MEMBER_ROLE_APPROVER", "SET_MEMBER_ROLE_OWNER"],
  approve: ["SET_MEMBER_ROLE_APPROVER"],
  propose: ["SET_MEMBER_ROLE_OWNER"],
  // A set may have one owner alone.
  decide: ["SET_MEMBER_ROLE_OWNER", "SET_MEMBER_ROLE_APPROVER"],
} as const satisfies Record<string, readonly Role[]>;

export type Act = keyof typeof ACTS;

const ALL: readonly Role[] = ACTS.see;

/**
 * Who may do what in a set. In one of an earlier release, which had no members, those who made it or put releases in
 * force go on as they did: nobody else, since whoever was a maintainer could replace it.
 */
export function membersOf({ members, createdBy, activations, policy }: MemberedSet): readonly SetMember[] {
  if (members !== undefined) return members;
  const { owner: organisation } = policy;
  const others = [...new Set(activations.map(({ by }) => by))].filter((by) => by !== createdBy);
  const roles: Role[] = ["SET_MEMBER_ROLE_CONTRIBUTOR", "SET_MEMBER_ROLE_APPROVER"];
  return [
    { person: createdBy, organisation, roles: [...ALL] },
    ...others.map((person) => ({ person, organisation, roles })),
  ];
}

export type MemberedSet = Pick<HashSetState, "members" | "createdBy" | "activations" | "policy">;

/**
 * Refuses who may not.
 *
 * @throws Problem NOT_FOUND to who is no member: that there is such a set is told to members alone. NOT_ALLOWED to a member
 *   whose roles do not allow it.
 */
export function requireMember(set: MemberedSet & Pick<HashSetState, "setId">, person: string, act: Act): void {
  const roles = rolesOf(set, person);
  if (roles.length === 0) throw noSuchSet();
  if (ACTS[act].some((role) => roles.includes(role))) return;
  const named = ACTS[act].map((role) => WORDS[role]).join(" or ");
  throw new Problem("NOT_ALLOWED", `This takes ${named} of the set ${set.setId}; its owners can make you one.`);
}

export function noSuchSet(): Problem {
  return new Problem("NOT_FOUND", "There is no such set of which you are a member. Create it, or ask its owner.");
}

export function organisationOf(set: MemberedSet, person: string): string | undefined {
  return membersOf(set).find((member) => member.person === person)?.organisation;
}

/**
 * Whether the two are known to act for two organisations: of who is no member any more nobody knows for whom they acted,
 * so their word and another one are not those of two.
 */
export function isOtherOrganisation(set: MemberedSet, one: string, other: string): boolean {
  const [first, second] = [organisationOf(set, one), organisationOf(set, other)];
  return first !== undefined && second !== undefined && organisationKey(first) !== organisationKey(second);
}

function rolesOf(set: MemberedSet, person: string): readonly SetMemberRole[] {
  return membersOf(set).find((member) => member.person === person)?.roles ?? [];
}

export const WORDS: Readonly<Record<Role, string>> = {
  SET_MEMBER_ROLE_OWNER: "an owner",
  SET_MEMBER_ROLE_CONTRIBUTOR: "a contributor",
  SET_MEMBER_ROLE_APPROVER: "an approver",
  SET_MEMBER_ROLE_READER: "a reader",
};

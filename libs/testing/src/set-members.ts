import type { SetMember } from "@ntd/proto/hashlists/v1/hash_list_service";

/** Members of a hash set, each with every role: maintainers of one organisation, by their names. */
export function setMembers(...names: string[]): SetMember[] {
  return names.map((name) => ({
    person: `maintainer/${name}`,
    organisation: "hotline",
    roles: ["SET_MEMBER_ROLE_OWNER", "SET_MEMBER_ROLE_CONTRIBUTOR", "SET_MEMBER_ROLE_APPROVER"],
  }));
}

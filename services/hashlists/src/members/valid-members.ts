import { isSamePerson } from "@ntd/facts";
import type { SetMember } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem, shown, type FieldFault } from "@ntd/service";
import { WORDS, type Role } from "./members.ts";

const MOST = 50;
const MAX_ORGANISATION = 200;
const PERSON = /^maintainer\/[^\s/]{1,100}$/;
/** What pulls lists of partners. It is no person: it brings them, and whatever decides takes a maintainer. */
const CONNECTORS = "service/exchange";

/**
 * The members of a set, as they were named: with somebody for each of the roles without which nothing can be done, and
 * with two persons, since nobody approves their own work.
 *
 * @throws Problem FIELD_INVALID naming every fault.
 */
export function validMembers(members: readonly SetMember[]): SetMember[] {
  const faults: FieldFault[] = [];
  const fault = (field: string, description: string) => void faults.push({ field, description });
  if (members.length > MOST)
    throw Problem.fields({ field: "members", description: `has ${members.length}; at most ${MOST}` });
  const valid = members.map(({ person, organisation, roles }, at) => {
    const field = `members[${at}]`;
    const isMachine = person === CONNECTORS;
    if (!PERSON.test(person) && !isMachine) {
      fault(`${field}.person`, `${shown(person)} is neither "maintainer/{name}" nor "${CONNECTORS}"`);
    }
    const first = members.findIndex((other) => isSamePerson(other.person, person));
    if (first < at) fault(`${field}.person`, `is named in members[${first}] already; give all roles there`);
    const trimmed = organisation.trim();
    if (trimmed === "" || trimmed.length > MAX_ORGANISATION) {
      fault(`${field}.organisation`, `must have 1 to ${MAX_ORGANISATION} characters`);
    }
    const known = roles.filter((role): role is Role => role in WORDS);
    if (known.length === 0 || known.length < roles.length) {
      fault(`${field}.roles`, `takes one or more of ${Object.keys(WORDS).join(", ")}`);
    } else if (isMachine && known.some((role) => role !== "SET_MEMBER_ROLE_CONTRIBUTOR")) {
      fault(`${field}.roles`, `${CONNECTORS} can be a contributor alone`);
    }
    return { person, organisation: trimmed, roles: [...new Set(known)] };
  });
  for (const role of ["SET_MEMBER_ROLE_OWNER", "SET_MEMBER_ROLE_CONTRIBUTOR", "SET_MEMBER_ROLE_APPROVER"] as const) {
    if (!valid.some(({ roles }) => roles.includes(role)))
      fault("members", `names nobody as ${WORDS[role]}; give somebody that role`);
  }
  if (faults.length === 0 && !canApprove(valid)) {
    fault("members", "names one person alone as contributor and approver; another one has to approve");
  }
  if (faults.length > 0) throw Problem.fields(...faults);
  return valid;
}

// Somebody's upload can be approved by somebody else.
function canApprove(members: readonly SetMember[]): boolean {
  const as = (role: Role) => members.filter(({ roles }) => roles.includes(role));
  return as("SET_MEMBER_ROLE_CONTRIBUTOR").some(({ person }) =>
    as("SET_MEMBER_ROLE_APPROVER").some((other) => !isSamePerson(other.person, person)),
  );
}

import { InvalidArgumentError, Option } from "commander";
import { SetMemberRole, type SetMember } from "@ntd/proto/hashlists/v1/hash_list_service";
import { wordOf } from "../../../cli/words.ts";

const ROLES = new Map<string, SetMemberRole>(
  Object.values(SetMemberRole)
    .filter((role) => role !== "SET_MEMBER_ROLE_UNSPECIFIED" && role !== "UNRECOGNIZED")
    .map((role) => [wordOf(SetMemberRole, role), role]),
);

/** A member as it is typed; its organisation is the set's owner unless it names another one. */
export interface NamedMember {
  name: string;
  roles: SetMemberRole[];
  organisation?: string;
}

/** `--member amina:owner,contributor`, `--member "budi:approver@Partner hotline"` or `--member service/exchange:contributor`, once for each. */
export function memberOption(): Option {
  const all = [...ROLES.keys()].join(", ");
  const help = `who may do what in it: <name>:<role,...>[@<organisation>], once for each (${all})`;
  return new Option("--member <member>", help).argParser((text: string, before: NamedMember[] | undefined) => [
    ...(before ?? []),
    readMember(text, all),
  ]);
}

/** Members as the service takes them. */
export function membersOf(named: readonly NamedMember[], owner: string): SetMember[] {
  const personOf = (name: string) => (name.includes("/") ? name : `maintainer/${name}`);
  return named.map(({ name, roles, organisation = owner }) => ({ person: personOf(name), organisation, roles }));
}

/** "amina (owner, contributor), Hotline" */
export function memberWords({ person, organisation, roles }: SetMember): string {
  const words = roles.map((role) => wordOf(SetMemberRole, role)).join(", ");
  return `${person.replace(/^maintainer\//, "")} (${words}), ${organisation}`;
}

function readMember(text: string, all: string): NamedMember {
  const [, name, words = "", organisation] = /^((?:service\/)?[^:@/\s]+):([a-z,]+)(?:@(.+))?$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("It is not <name>:<role,...>[@<organisation>].");
  const roles = words.split(",").map((word) => {
    const role = ROLES.get(word);
    if (role === undefined) throw new InvalidArgumentError(`"${word}" is none of ${all}.`);
    return role;
  });
  return { name, roles, ...(organisation !== undefined && { organisation }) };
}

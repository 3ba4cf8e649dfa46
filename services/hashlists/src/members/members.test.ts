import type { SetMember } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import { describe, expect, test } from "vitest";
import { isOtherOrganisation, membersOf, requireMember, type Act, type Role } from "./members.ts";
import { validMembers } from "./valid-members.ts";

const member = (name: string, organisation: string, ...roles: string[]): SetMember => ({
  person: `maintainer/${name}`,
  organisation,
  roles: roles.map((role) => `SET_MEMBER_ROLE_${role}` as Role),
});
const policy = {
  owner: "Hotline",
  role: "SET_ROLE_POSITIVE",
  autoIssue: false,
  minVotes: 0,
  thresholds: undefined,
} as const;
const set = {
  setId: "s",
  policy,
  createdBy: "maintainer/anna",
  activations: [],
  members: [
    member("olga", "Hotline", "OWNER"),
    member("carl", "Police", "CONTRIBUTOR"),
    member("ada", "Hotline", "APPROVER"),
    member("rita", "Ministry", "READER"),
  ],
};
const ACTS: readonly Act[] = ["see", "upload", "revoke", "approve", "propose", "decide"];
const may = (of: Parameters<typeof requireMember>[0], person: string): readonly Act[] =>
  ACTS.filter((act) => {
    try {
      requireMember(of, person, act);
      return true;
    } catch (error) {
      expect(Problem.from(error).reason).toMatch(/^NOT_(ALLOWED|FOUND)$/);
      return false;
    }
  });

test.each([
  ["olga", ["see", "revoke", "propose", "decide"]],
  ["carl", ["see", "upload", "revoke"]],
  ["ada", ["see", "revoke", "approve", "decide"]],
  ["rita", ["see"]],
  ["anna", []],
])("as %s one may %j", (name, acts) => {
  expect(may(set, `maintainer/${name}`)).toEqual(acts);
});

test("who is no member does not hear that there is such a set; a member hears what it takes", () => {
  const reason = (person: string) => {
    try {
      return requireMember(set, person, "upload");
    } catch (error) {
      return `${Problem.from(error).reason}: ${Problem.from(error).message}`;
    }
  };
  expect(reason("maintainer/anna")).toMatch("NOT_FOUND: There is no such set of which you are a member");
  expect(reason("operator/carl")).toMatch("NOT_FOUND");
  expect(reason("maintainer/ada")).toMatch("NOT_ALLOWED: This takes a contributor of the set s");
});

test("given a set of an earlier release, then who made it and who put releases in force go on, and nobody else", () => {
  const { members: _, ...old } = set;
  const activations = ["maintainer/ben", "maintainer/anna", "maintainer/ben"].map((by, nth) => ({
    releaseId: `r${nth}`,
    by,
    time: new Date(0),
  }));
  const before = { ...old, activations };
  expect(may(before, "maintainer/anna")).toEqual(ACTS);
  expect(may(before, "maintainer/ben")).toEqual(["see", "upload", "revoke", "approve", "decide"]);
  expect(may(before, "maintainer/olga")).toEqual([]);
  expect(membersOf(before).map(({ person }) => person)).toEqual(["maintainer/anna", "maintainer/ben"]);
});

test("two act for two organisations where both are named for another one; of who is no member any more nobody knows", () => {
  const written = { ...set, members: [...set.members, member("typo", "HOTLINE ")] };
  const other = (one: string, two: string) => isOtherOrganisation(written, `maintainer/${one}`, `maintainer/${two}`);
  expect([other("carl", "ada"), other("olga", "ada"), other("typo", "ada"), other("gone", "ada")]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

describe("members are refused by the field that is wrong:", () => {
  const all = ["OWNER", "CONTRIBUTOR", "APPROVER"];
  const good = [member("a", "H", ...all), member("b", " H ", ...all)];
  const machine = (...roles: string[]) => ({ ...member("x", "H", ...roles), person: "service/exchange" });
  test("none when they are good, and an organisation is trimmed", () => {
    expect(validMembers(good)[1]?.organisation).toBe("H");
    expect(validMembers([...good, machine("CONTRIBUTOR")])).toHaveLength(3);
  });
  test.each<[string, SetMember[]]>([
    ["members", []],
    ["members", [member("a", "H", ...all)]],
    ["members", [member("a", "H", "OWNER", "APPROVER"), member("b", "H", "READER")]],
    ["members", [member("a", "H", "OWNER", "CONTRIBUTOR"), member("b", "H", "READER")]],
    ["members", [member("a", "H", "CONTRIBUTOR"), member("b", "H", "APPROVER")]],
    ["members", Array.from({ length: 51 }, (_, n) => member(`m${n}`, "H", ...all))],
    ["members[2].person", [...good, member("x/y", "H", "READER")]],
    ["members[2].person", [...good, { ...member("c", "H", "READER"), person: "operator/c" }]],
    ["members[2].person", [...good, member("b", "H", "READER")]],
    ["members[2].organisation", [...good, member("c", " ", "READER")]],
    ["members[2].organisation", [...good, member("c", "x".repeat(201), "READER")]],
    ["members[2].roles", [...good, member("c", "H")]],
    ["members[2].roles", [...good, member("c", "H", "READER", "KING")]],
    ["members[2].roles", [...good, machine("CONTRIBUTOR", "APPROVER")]],
    ["members[2].person", [...good, { ...machine("CONTRIBUTOR"), person: "service/matching" }]],
  ])("%s", (field, members) => {
    let problem: Problem | undefined;
    try {
      validMembers(members);
    } catch (error) {
      problem = Problem.from(error);
    }
    expect([...new Set(problem?.fields.map((fault) => fault.field))]).toEqual([field]);
  });
});

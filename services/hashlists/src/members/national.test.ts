import type { SetMember } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { requireCreator, requireOrganisations, requireOtherByTerms, requireOtherOrganisation } from "./national.ts";

const member = (name: string, organisation: string, ...roles: string[]): SetMember => ({
  person: `maintainer/${name}`,
  organisation,
  roles: roles.map((role) => `SET_MEMBER_ROLE_${role}`) as SetMember["roles"],
});
const two = [
  member("amina", "Hotline", "OWNER", "CONTRIBUTOR", "APPROVER"),
  member("ann", "Hotline", "APPROVER"),
  member("budi", "Police", "APPROVER"),
];
const one = two.slice(0, 2);
const policy = {
  owner: "State",
  role: "SET_ROLE_POSITIVE",
  autoIssue: false,
  minVotes: 0,
  thresholds: undefined,
} as const;
const setOf = (setId: string, members: SetMember[]) => ({
  setId,
  policy,
  createdBy: "operator/o",
  activations: [],
  members,
});
const reasonOf = (act: () => void) => {
  try {
    act();
    return "";
  } catch (error) {
    return Problem.from(error).reason;
  }
};

test("given the national set, then an operator makes it and no maintainer; others the other way round", () => {
  const made = (kind: string, setId: string) => reasonOf(() => requireCreator(kind, setId, "national"));
  expect([made("operator", "national"), made("maintainer", "ours")]).toEqual(["", ""]);
  expect([made("maintainer", "national"), made("operator", "ours")]).toEqual(["NOT_ALLOWED", "NOT_ALLOWED"]);
});

test("given the national set, then its approvers act for two organisations", () => {
  const named = (setId: string, members: SetMember[]) =>
    reasonOf(() => requireOrganisations(setId, members, "national"));
  expect([named("national", two), named("ours", one), named("national", one)]).toEqual(["", "", "FIELD_INVALID"]);
});

test("given the national set, then a second word is another organisation's, where it has two", () => {
  const word = (setId: string, members: SetMember[], second: string) =>
    reasonOf(() =>
      requireOtherOrganisation(setOf(setId, members), {
        nationalSet: "national",
        first: "maintainer/amina",
        second: `maintainer/${second}`,
      }),
    );
  expect([word("national", two, "budi"), word("national", two, "ann")]).toEqual(["", "SAME_PERSON"]);
  expect([word("ours", two, "ann"), word("national", one, "ann")]).toEqual(["", ""]);
});

test("given a set whose releases another organisation approves, then so is what would end that, where another one can", () => {
  const terms = { jurisdiction: "", licence: "", termsOfUse: "", scheme: "", approverOfOtherOrganisation: true };
  const word = (members: SetMember[], second: string, wanted = true) =>
    reasonOf(() =>
      requireOtherByTerms(
        { ...setOf("ours", members), terms: { ...terms, approverOfOtherOrganisation: wanted } },
        { first: "maintainer/amina", second: `maintainer/${second}` },
      ),
    );
  expect([word(two, "budi"), word(two, "ann"), word(two, "ann", false)]).toEqual(["", "SAME_PERSON", ""]);
  expect(word(one, "ann")).toBe("");
  // Of who is no member any more nobody knows for whom they acted.
  expect(word(two.slice(1), "budi")).toBe("SAME_PERSON");
});

import { SetRole } from "@ntd/proto/matching/v1/match";
import { describe, expect, test } from "vitest";
import { isListed, isNegative, isVictimReported, mayDecide } from "./set-role.ts";

const roles = Object.values(SetRole);
const rolesThat = (holds: (hit: { setRole: SetRole }) => boolean) =>
  roles.filter((setRole) => holds({ setRole })).map((role) => role.replace("SET_ROLE_", ""));

describe("of all roles", () => {
  test("one may decide", () => {
    expect(rolesThat(mayDecide)).toEqual(["POSITIVE"]);
  });

  test("what is not known speaks against, as a negative set does", () => {
    expect(rolesThat(isNegative)).toEqual(["UNSPECIFIED", "NEGATIVE", "UNRECOGNIZED"]);
  });

  test("what children reported is listed, and is the only one that is raised for it", () => {
    expect(rolesThat(isListed)).toEqual(["POSITIVE", "VICTIM_REPORTED"]);
    expect(rolesThat(isVictimReported)).toEqual(["VICTIM_REPORTED"]);
  });
});

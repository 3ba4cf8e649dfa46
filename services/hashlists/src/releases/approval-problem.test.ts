import { expect, test } from "vitest";
import { approvalProblem } from "./approval-problem.ts";
import type { ReleaseState } from "./release.ts";

const of = (stage: object) => approvalProblem("WRONG_STATE", { stage } as ReleaseState, {} as never).message;

test("of two who approve at once the second one hears that it is done, and by whom", () => {
  expect(of({ name: "approved", approvedBy: "maintainer/ben" })).toBe(
    "This release is approved already, by maintainer/ben.",
  );
  expect(of({ name: "rejected" })).toBe("A release that is rejected cannot be approved.");
});

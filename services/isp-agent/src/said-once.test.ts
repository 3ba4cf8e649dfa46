import { expect, test } from "vitest";
import { SaidOnce } from "./said-once.ts";

test("a failure that repeats is said once, another cause too, and the end of both with their number", () => {
  const lines: string[] = [];
  const said = new SaidOnce();
  const fail = (cause: string) => said.failed(cause, () => lines.push(cause));
  const well = () => said.well((failures) => lines.push(`well after ${failures}`));
  well();
  for (const cause of ["away", "away", "full", "away"]) fail(cause);
  well();
  well();
  fail("away");
  expect(lines).toEqual(["away", "full", "well after 4", "away"]);
});

import { expect, test } from "vitest";
import { readIntakeConfig } from "./config.ts";

function faults(environment: Record<string, string>): string {
  try {
    readIntakeConfig(environment);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

test("LIVE refuses to start where a child who reports would be told nobody who helps", () => {
  expect(faults({ NTD_ENVIRONMENT: "LIVE" })).toContain("INTAKE_HELPLINES_FILE: is missing, which LIVE refuses");
  expect(faults({ NTD_ENVIRONMENT: "LIVE", INTAKE_HELPLINES_FILE: "f" })).not.toContain("INTAKE_HELPLINES_FILE");
  expect(faults({ NTD_ENVIRONMENT: "TEST" })).not.toContain("INTAKE_HELPLINES_FILE");
});

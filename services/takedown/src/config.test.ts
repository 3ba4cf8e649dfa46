import { expect, test } from "vitest";
import { readTakedownConfig } from "./config.ts";

function faults(settings: Record<string, string>): string {
  try {
    readTakedownConfig(settings);
    return "";
  } catch (error) {
    return String(error);
  }
}

test("LIVE refuses to start without its country; other environments do not, and a country is two capital letters", () => {
  const fault = "TAKEDOWN_HOME_COUNTRY: ";
  expect(faults({ NTD_ENVIRONMENT: "LIVE" })).toContain(fault);
  expect(faults({ NTD_ENVIRONMENT: "LIVE", TAKEDOWN_HOME_COUNTRY: "MY" })).not.toContain(fault);
  expect(faults({ NTD_ENVIRONMENT: "TEST" })).not.toContain(fault);
  expect(faults({ NTD_ENVIRONMENT: "TEST", TAKEDOWN_HOME_COUNTRY: "my" })).toContain(fault);
});

import { parseData } from "@ntd/service";
import { expect, test } from "vitest";
import { readStartConfig } from "./config.ts";
import { configured } from "./configured.ts";

const file = parseData(
  "log_level: warn\nservices: { casework: { hold_back_ms: 5, supervisors: [sam] } }",
  "start.yaml",
  readStartConfig,
);

test("what the environment sets wins over the file, setting by setting", () => {
  const { settings, shared } = configured(file, false, { CASEWORK_HOLD_BACK_MS: "0", NTD_LOG_LEVEL: "debug" });
  expect(settings).toEqual({ casework: { HOLD_BACK_MS: "0", SUPERVISORS: "sam" } });
  expect(shared).toEqual({ NTD_LOG_LEVEL: "debug" });
});

test("real use stands on no example and on no default of tests", () => {
  const { settings, shared } = configured(file, false, {});
  expect(settings).toEqual({ casework: { HOLD_BACK_MS: "5", SUPERVISORS: "sam" } });
  expect(shared).toEqual({ NTD_LOG_LEVEL: "warn" });
});

test("a trial has the examples, and what is given stays", () => {
  const { settings } = configured(file, true, {});
  expect(settings.casework).toMatchObject({ HOLD_BACK_MS: "5", SUPERVISORS: "sam", SECOND_REVIEW: "none" });
});

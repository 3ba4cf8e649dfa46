import { expect, test } from "vitest";
import { givenSettings } from "./given.ts";

test("what the environment sets of a service is given to that service, without its prefix", () => {
  const environment = {
    PATH: "/bin",
    NTD_LOG_LEVEL: "debug",
    CASEWORK_SECOND_REVIEW: "after",
    CASEWORK_SUPERVISORS: "",
    ICSE_LINK_MAX_CALL_MS: "1000",
    PROBER_ALLOW_NETWORKS: "127.0.0.0/8",
    ISP_AGENT_HANDLER: '["true"]',
  };
  expect(givenSettings(environment)).toEqual({
    casework: { SECOND_REVIEW: "after", SUPERVISORS: "" },
    "icse-link": { MAX_CALL_MS: "1000" },
    prober: { ALLOW_NETWORKS: "127.0.0.0/8" },
  });
});

test("where a service listens and who it is stays the platform's", () => {
  expect(givenSettings({ CASEWORK_LISTEN: "0.0.0.0:1", CASEWORK_IDENTITY_DIR: "/elsewhere" })).toEqual({});
});

import { readFileSync } from "node:fs";
import { parseData, Problem } from "@ntd/service";
import fc from "fast-check";
import { expect, test } from "vitest";
import { deployed } from "../platform/deployed.ts";
import { defaultConfig, readStartConfig } from "./config.ts";

const read = (text: string) => parseData(text, "start.yaml", readStartConfig);

function faults(text: string): string {
  try {
    read(text);
    return "";
  } catch (error) {
    return error instanceof Problem ? error.message : String(error);
  }
}

test("an empty file is what stands there without one", () => {
  expect(read("")).toEqual(defaultConfig);
  expect(read("{}")).toEqual(defaultConfig);
});

test("settings reach services as the environment would have them", () => {
  const config = read(`
environment: LIVE
log_level: warn
tracing: http://127.0.0.1:4318
ports: { nats: 4222, intake: 7401 }
metrics_ports: { intake: 9401 }
shared: { max_call_ms: 20000 }
services:
  prober: { allow_networks: [127.0.0.0/8, 10.0.0.0/8], hosts_file: /etc/hosts }
  casework: { police_first_file: null, hold_back_ms: 0 }
supervision: { silent_seconds: 5 }
logs: { max_megabytes: 1, kept: 2 }
disk: { reserve_megabytes: 100 }
`);
  expect(config).toEqual({
    environment: "LIVE",
    ports: { nats: 4222, intake: 7401 },
    settings: {
      intake: { METRICS_PORT: "9401" },
      prober: { ALLOW_NETWORKS: "127.0.0.0/8,10.0.0.0/8", HOSTS_FILE: "/etc/hosts" },
      casework: { POLICE_FIRST_FILE: "", HOLD_BACK_MS: "0" },
    },
    shared: { NTD_LOG_LEVEL: "warn", OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", NTD_MAX_CALL_MS: "20000" },
    supervision: { silentMs: 5000, startMs: 120_000, notServingMs: 300_000 },
    logs: { maxBytes: 2 ** 20, kept: 2 },
    reserveBytes: 100 * 2 ** 20,
  });
});

test("every fault is told at once, by its place", () => {
  const told = faults(`
environment: PROD
loglevel: info
tracing: nowhere
ports: { intake: 0, prober: 7403, takedown: 7403, portal: 1 }
services:
  prober: { listen: "0.0.0.0:1", allow_networks: { a: 1 }, "ALLOW-X": 1 }
  portal: {}
supervision: { silent_seconds: 0 }
logs: { kept: many }
disk: 5
`);
  const places = [
    "environment is",
    "loglevel is unknown",
    "tracing is no",
    "ports.intake is",
    "ports.takedown is 7403, as ports.prober",
    "ports.portal is unknown",
    "services.prober.listen is set by ports",
    "services.prober.allow_networks is neither",
    "services.prober.ALLOW-X is no name",
    "services.portal is unknown",
    "supervision.silent_seconds is",
    "logs.kept is",
    "disk is a number",
  ];
  for (const place of places) expect(told).toContain(place);
});

test("whatever a file holds is read, or refused by its places", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (data) => {
      const noted: string[] = [];
      const config = readStartConfig(data, (at) => noted.push(at));
      expect(Object.values(config.settings).every((s) => Object.values(s).every((v) => typeof v === "string"))).toBe(
        true,
      );
      if (typeof data !== "object" && data !== null) expect(noted.length).toBeGreaterThan(0);
    }),
  );
});

test("the example that comes with the platform can be used", () => {
  const config = read(readFileSync(deployed("start/example.yaml"), "utf8"));
  expect(config.settings.casework?.["SUPERVISORS"]).toBe("sam,sue");
  expect(config.ports.nats).toBe(7400);
});

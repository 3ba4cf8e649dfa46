import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problem } from "@ntd/service";
import { afterAll, expect, test } from "vitest";
import { readProberConfig } from "./config.ts";

const dir = mkdtempSync(join(tmpdir(), "ntd-config-"));
const file = join(dir, "file");
writeFileSync(file, "");
afterAll(() => rmSync(dir, { recursive: true }));

const environment = (given: Record<string, string> = {}) => ({
  NTD_ENVIRONMENT: "TEST",
  NTD_NATS_URL: "tls://localhost:4222",
  NTD_SEALING_KEYS_FILE: file,
  NTD_FINGERPRINT_ADDRESS: "localhost:5001",
  PROBER_IDENTITY_DIR: dir,
  PROBER_STORE_URL: `file:${dir}/store.sqlite`,
  ...given,
});

function faults(given: Record<string, string>): string {
  try {
    readProberConfig(environment(given));
    return "";
  } catch (error) {
    return Problem.from(error).message;
  }
}

test("the defaults say gone after three slots of fifteen minutes and let nothing private in", () => {
  expect(readProberConfig(environment())).toMatchObject({
    slotMs: 900_000,
    slotsRequired: 3,
    idleMs: 86_400_000,
    watchDays: 90,
    leaseMs: 120_000,
    fetchTimeoutMs: 20_000,
    allowNetworks: [],
    allowPorts: [],
  });
});

test("exceptions are read", () => {
  const config = readProberConfig(
    environment({ PROBER_ALLOW_NETWORKS: "127.0.0.0/8, ::1/128", PROBER_ALLOW_PORTS: "8080, 8000-8999" }),
  );
  expect(config.allowNetworks).toHaveLength(2);
  expect(config.allowPorts).toEqual([
    [8080, 8080],
    [8000, 8999],
  ]);
});

test.each([
  ["a network that is none", { PROBER_ALLOW_NETWORKS: "127.0.0.1" }, "PROBER_ALLOW_NETWORKS"],
  ["a port that is none", { PROBER_ALLOW_PORTS: "http" }, "PROBER_ALLOW_PORTS"],
  ["a range that is none", { PROBER_ALLOW_PORTS: "90-80" }, "PROBER_ALLOW_PORTS"],
  ["a port over the last", { PROBER_ALLOW_PORTS: "1-65536" }, "PROBER_ALLOW_PORTS"],
  ["a hosts file that is not there", { PROBER_HOSTS_FILE: "/nonexistent" }, "PROBER_HOSTS_FILE"],
  ["a lease that ends before a probe may", { PROBER_LEASE_MS: "20000" }, "PROBER_LEASE_MS"],
  [
    "private networks in LIVE",
    { NTD_ENVIRONMENT: "LIVE", PROBER_ALLOW_NETWORKS: "10.0.0.0/8" },
    "PROBER_ALLOW_NETWORKS",
  ],
  ["a hosts file in LIVE", { NTD_ENVIRONMENT: "LIVE", PROBER_HOSTS_FILE: file }, "PROBER_HOSTS_FILE"],
  ["an unknown setting", { PROBER_SLOTS: "3" }, "PROBER_SLOTS"],
])("%s is refused", (_, given, name) => expect(faults(given)).toContain(name));

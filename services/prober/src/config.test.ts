import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problem } from "@ntd/service";
import { afterAll, expect, test } from "vitest";
import { readProberConfig } from "./config.ts";

const dir = mkdtempSync(join(tmpdir(), "ntd-config-"));
const file = join(dir, "file");
writeFileSync(file, "", { mode: 0o600 });
afterAll(() => rmSync(dir, { recursive: true }));

const environment = (given: Record<string, string> = {}) => ({
  NTD_ENVIRONMENT: "TEST",
  NTD_NATS_URL: "tls://localhost:4222",
  NTD_SEALING_KEYS_FILE: file,
  NTD_FINGERPRINT_ADDRESS: "localhost:5001",
  PROBER_IDENTITY_DIR: dir,
  PROBER_TARGET_KEY_FILE: file,
  PROBER_SIGNING_KEY_FILE: file,
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

test("LIVE demands somebody who says what police marked; elsewhere first looks may be made unasked", () => {
  expect(readProberConfig(environment()).caseworkAddress).toBe("");
  expect(faults({ NTD_ENVIRONMENT: "LIVE" })).toContain("NTD_CASEWORK_ADDRESS");
  const asked = { NTD_ENVIRONMENT: "LIVE", NTD_CASEWORK_ADDRESS: "localhost:5002" };
  expect(faults(asked)).not.toContain("NTD_CASEWORK_ADDRESS");
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

const eyes = JSON.stringify([
  { name: "browser", network: "AS64496", country: "NL", profile: "browser", via: "direct" },
  {
    name: "abroad",
    network: "AS64511",
    country: "SE",
    profile: "browser",
    via: "http://10.0.0.1:3128",
    dns: ["192.0.2.53"],
  },
]);

test("two eyes look unless others are named, and a proxy's password is read from its file", () => {
  const config = readProberConfig(environment({ PROBER_COUNTRY: "NL", PROBER_VANTAGE: "AS64496" }));
  expect(config.homeCountry).toBe("NL");
  expect(config.eyes).toMatchObject([
    { name: "browser", profile: "browser", network: "AS64496", country: "NL", via: { is: "direct" } },
    { name: "declared", profile: "declared", network: "AS64496", country: "NL", via: { is: "direct" } },
  ]);
  const secret = join(dir, "secret");
  writeFileSync(secret, "me:word\n");
  const own = JSON.stringify([{ ...JSON.parse(eyes)[1], credentials_file: secret }]);
  expect(readProberConfig(environment({ PROBER_EYES: own })).eyes).toMatchObject([
    { name: "abroad", via: { is: "http", credentials: { user: "me", password: "word" } } },
  ]);
});

test("LIVE takes eyes in two networks, one of them abroad", () => {
  const shared = { NTD_ENVIRONMENT: "LIVE", NTD_CASEWORK_ADDRESS: "localhost:5002" };
  const live = { ...shared, PROBER_COUNTRY: "NL", PROBER_EYES: eyes, PROBER_ALLOW_PORTS: "8080,8000-8010" };
  expect(readProberConfig(environment(live)).eyes).toHaveLength(2);
  expect(faults({ ...live, PROBER_COUNTRY: "" })).toContain("PROBER_COUNTRY: is missing");
  expect(faults({ ...live, PROBER_EYES: "" })).toContain("LIVE asks for two");
  expect(faults({ ...live, PROBER_EYES: "" })).toContain("PROBER_CONTACT: is missing");
});

test.each([
  ["a network that is none", { PROBER_ALLOW_NETWORKS: "127.0.0.1" }, "PROBER_ALLOW_NETWORKS"],
  ["a port that is none", { PROBER_ALLOW_PORTS: "http" }, "PROBER_ALLOW_PORTS"],
  ["a range that is none", { PROBER_ALLOW_PORTS: "90-80" }, "PROBER_ALLOW_PORTS"],
  ["a port over the last", { PROBER_ALLOW_PORTS: "1-65536" }, "PROBER_ALLOW_PORTS"],
  ["a file of countries that is not there", { PROBER_COUNTRIES_FILES: "/nonexistent" }, "PROBER_COUNTRIES_FILES"],
  ["a hosts file that is not there", { PROBER_HOSTS_FILE: "/nonexistent" }, "PROBER_HOSTS_FILE"],
  ["a lease that ends before a probe may", { PROBER_LEASE_MS: "20000" }, "PROBER_LEASE_MS"],
  [
    "private networks in LIVE",
    { NTD_ENVIRONMENT: "LIVE", PROBER_ALLOW_NETWORKS: "10.0.0.0/8" },
    "PROBER_ALLOW_NETWORKS",
  ],
  ["all ports in LIVE", { NTD_ENVIRONMENT: "LIVE", PROBER_ALLOW_PORTS: "1-65535" }, "PROBER_ALLOW_PORTS"],
  [
    "a hundred and one in LIVE",
    { NTD_ENVIRONMENT: "LIVE", PROBER_ALLOW_PORTS: "8080,8000-8099" },
    "PROBER_ALLOW_PORTS",
  ],
  ["a port of mail in LIVE", { NTD_ENVIRONMENT: "LIVE", PROBER_ALLOW_PORTS: "25" }, "PROBER_ALLOW_PORTS"],
  ["a hosts file in LIVE", { NTD_ENVIRONMENT: "LIVE", PROBER_HOSTS_FILE: file }, "PROBER_HOSTS_FILE"],
  ["eyes that are no list", { PROBER_EYES: "direct" }, "PROBER_EYES"],
  ["an exit of strangers", { PROBER_EYES: eyes.replace('"SE"', '"SE","exit":"residential"') }, "PROBER_EYES"],
  ["a country that is none", { PROBER_COUNTRY: "UK" }, "PROBER_COUNTRY"],
  ["a contact that is none", { PROBER_CONTACT: "me\r\nx-a: b" }, "PROBER_CONTACT"],
  ["a user agent that no header may hold", { PROBER_USER_AGENT: "a\nb" }, "PROBER_USER_AGENT"],
  ["an unknown setting", { PROBER_SLOTS: "3" }, "PROBER_SLOTS"],
])("%s is refused", (_, given, name) => expect(faults(given)).toContain(name));

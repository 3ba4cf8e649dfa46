import { expect, test } from "vitest";
import { busUrlFaults, environmentFaults, modeFault, storeUrlFaults } from "./live.ts";

const good = "mongodb://u@db-1:27017,db-2:27017/intake?tls=true&replicaSet=rs";

test.each([
  good,
  "mongodb://u:p@db/intake?TLS=true",
  "mongodb://u:p@db/intake?ssl=true&tlsInsecure=false&w=majority",
  "mongodb+srv://u@db.example/intake",
  "mongodb://db/intake?tls=true&authMechanism=MONGODB-X509",
  "file:/var/lib/ntd/store.sqlite",
])("%s is taken", (url) => expect(storeUrlFaults(url)).toEqual([]));

test.each([
  ["mongodb://u@db/intake", /^has no tls=true/],
  ["mongodb://u@db/intake?tls=false", /^switches TLS off/],
  ["mongodb://u@db/intake?tls=true&tls=false", /^switches TLS off/],
  ["mongodb://u@db/intake?tls=True", /^switches TLS off/],
  ["mongodb+srv://u@db/intake?ssl=false", /^switches TLS off/],
  ["mongodb+srv://u@db/intake?S%53L=false", /^switches TLS off/],
  ["mongodb+srv://u@db/intake?tls=", /^switches TLS off/],
  [`${good}&tlsInsecure=true`, /^has tlsinsecure/],
  [`${good}&TLSINSECURE=1`, /^has tlsinsecure/],
  [`${good}&tlsAllowInvalidCertificates=true`, /^has tlsallowinvalidcertificates/],
  [`${good}&tlsallowinvalidhostnames=true`, /^has tlsallowinvalidhostnames/],
  [`${good}&tls%41llowInvalidHostnames=true`, /^has tlsallowinvalidhostnames/],
  ["mongodb+srv://u@db/intake?tlsAllowInvalidCertificates=true", /^has tlsallowinvalidcertificates/],
  [`${good}&sslValidate=false`, /^has sslvalidate=false/],
  [`${good}&w=0`, /^has w=0/],
  [`${good}&journal=false`, /^has journal=false/],
  ["mongodb://db/intake?tls=true", /^names no user/],
  ["http://db/intake", /^is neither file/],
  ["MONGODB://u@db/intake?tls=true", /^is neither file/],
])("%s is refused", (url, fault) => expect(storeUrlFaults(url)).toEqual([expect.stringMatching(fault)]));

test("all faults of a URL are named at once, and none repeats what may be a secret", () => {
  const faults = storeUrlFaults("mongodb://u:hunter2@db/intake?tls=false&tlsInsecure=hunter2&w=0");
  expect(faults).toHaveLength(3);
  expect(faults.join()).not.toContain("hunter2");
});

test.each(["tls://bus:4222", "tls://a:4222, tls://b:4222"])("%s is taken", (url) =>
  expect(busUrlFaults(url)).toEqual([]),
);

test.each(["nats://bus:4222", "ws://bus", "wss://bus", "bus:4222", "TLS://bus:4222", "tls://a:4222,nats://b:4222", ""])(
  "%j is refused",
  (url) => expect(busUrlFaults(url)).toEqual([expect.stringContaining("tls://host:port")]),
);

test("a password has no place in the bus's URL", () => {
  expect(busUrlFaults("tls://u:hunter2@bus:4222")).toEqual([expect.stringMatching(/^holds a password/)]);
});

test.each([
  { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
  { NODE_OPTIONS: "--max-old-space-size=512 --inspect=0.0.0.0:9229" },
  { NODE_OPTIONS: "--inspect-brk" },
  { NODE_OPTIONS: "--tls-keylog=/tmp/keys" },
  { NODE_OPTIONS: "--tls-min-v1.0" },
  { NODE_OPTIONS: "--insecure-http-parser" },
  { NODE_DEBUG: "http" },
  { MONGODB_LOG_ALL: "debug" },
  { GRPC_TRACE: "all" },
  { SSLKEYLOGFILE: "/tmp/keys" },
  { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" },
  { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://localhost.example:4318" },
])("%j is refused", (environment) => {
  expect(environmentFaults(environment)).toEqual([
    expect.stringMatching(new RegExp(`^${Object.keys(environment)[0]}: is refused in LIVE`)),
  ]);
});

test("what undoes nothing is nobody's business", () => {
  const environment = {
    PATH: "/bin",
    NODE_OPTIONS: "--max-semi-space-size=32",
    NODE_TLS_REJECT_UNAUTHORIZED: "1",
    MONGODB_LOG_ALL: "off",
    NODE_DEBUG: "",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://collector:4318",
  };
  expect(environmentFaults(environment)).toEqual([]);
});

test.each([
  [0o100600, undefined],
  [0o100440, undefined],
  [0o100644, /everybody/],
  [0o100602, /everybody/],
  [0o100660, /its group/],
])("mode %o", (mode, fault) => {
  if (fault === undefined) expect(modeFault(mode)).toBeUndefined();
  else expect(modeFault(mode)).toMatch(fault);
});

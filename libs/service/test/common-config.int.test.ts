import { chmod, cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCommon, readData, readSealing, readStoreUrl } from "../src/config/common-config.ts";
import { readConfig } from "../src/config/config.ts";

let dir: string;
let identityDir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-common-"));
  await createAuthority(dir);
  identityDir = (await issueIdentity(dir, { kind: "service", name: "intake" })).dir;
});
afterAll(() => rm(dir, { recursive: true }));

const read = (environment: Record<string, string>) =>
  readConfig("INTAKE", { INTAKE_IDENTITY_DIR: identityDir, ...environment }, readCommon);

test("a service needs to be told its environment and identity, and nothing else", () => {
  expect(read({ NTD_ENVIRONMENT: "DEMO" })).toEqual({
    environment: "DEMO",
    identityDir,
    listen: "127.0.0.1:0",
    denyListFile: "",
    quotasFile: "",
    logLevel: "info",
    maxCallMs: 30_000,
    metricsPort: 0,
  });
  expect(() => read({})).toThrow(/NTD_ENVIRONMENT: is missing/);
});

test("LIVE refuses the certificates of the development authority", () => {
  expect(() => read({ NTD_ENVIRONMENT: "LIVE" })).toThrow(
    /INTAKE_IDENTITY_DIR: holds or trusts a development certificate/,
  );
  expect(read({ NTD_ENVIRONMENT: "TEST" }).environment).toBe("TEST");
});

test("LIVE refuses to trust the development authority, among others too, and a key that others may read", async () => {
  const own = join(dir, "own");
  await cp(identityDir, own, { recursive: true });
  await writeFile(join(own, "cert.pem"), "");
  const faults = () => {
    try {
      read({ NTD_ENVIRONMENT: "LIVE", INTAKE_IDENTITY_DIR: own });
      return "";
    } catch (error) {
      return String(error);
    }
  };
  expect(faults()).toMatch(/INTAKE_IDENTITY_DIR: holds or trusts a development certificate/);
  await writeFile(join(own, "ca.pem"), "");
  expect(faults()).toBe("");
  await chmod(join(own, "key.pem"), 0o644);
  expect(faults()).toMatch(/INTAKE_IDENTITY_DIR: holds a key.pem that can be read .* by everybody/);
});

test("LIVE refuses secrets that others may read, a store that they may read, and a bus without TLS", async () => {
  const [keys, url, store] = [join(dir, "keys"), join(dir, "url"), join(dir, "store.sqlite")];
  for (const file of [keys, url, store]) await writeFile(file, "x", { mode: 0o644 });
  await writeFile(url, `file:${store}`);
  const told = (environment: string) => {
    const settings = {
      NTD_ENVIRONMENT: environment,
      NTD_NATS_URL: "nats://bus:4222",
      NTD_SEALING_KEYS_FILE: keys,
      INTAKE_STORE_URL_FILE: url,
    };
    const read = () =>
      readConfig("INTAKE", settings, (own, shared) => ({ ...readData(own, shared), ...readSealing(shared) }));
    try {
      return read() && [];
    } catch (error) {
      return String(error)
        .split("\n")
        .slice(1)
        .map((line) => /^ *(\w+):/.exec(line)?.[1]);
    }
  };
  expect(told("TEST")).toEqual([]);
  expect(told("LIVE")).toEqual(["INTAKE_STORE_URL_FILE", "INTAKE_STORE_URL", "NTD_NATS_URL", "NTD_SEALING_KEYS_FILE"]);
  for (const file of [keys, url, store]) await chmod(file, 0o600);
  expect(told("LIVE")).toEqual(["NTD_NATS_URL"]);
});

test("LIVE refuses what undoes TLS in the environment, whichever service it is", () => {
  const empty = () => ({});
  const settings = { NTD_ENVIRONMENT: "LIVE", NODE_TLS_REJECT_UNAUTHORIZED: "0" };
  expect(() => readConfig("INTAKE", settings, empty)).toThrow(/NODE_TLS_REJECT_UNAUTHORIZED: is refused in LIVE/);
  expect(readConfig("INTAKE", { ...settings, NTD_ENVIRONMENT: "TEST" }, empty)).toEqual({});
});

test("LIVE refuses failpoints", () => {
  expect(() => read({ NTD_ENVIRONMENT: "LIVE", NTD_FAILPOINT: "save:1" })).toThrow(/NTD_FAILPOINT: is refused in LIVE/);
  expect(read({ NTD_ENVIRONMENT: "TEST", NTD_FAILPOINT: "save:1" }).environment).toBe("TEST");
});

test("LIVE refuses a MongoDB without TLS; another store or environment is as it says", () => {
  const store = (environment: string, url: string) =>
    readConfig("INTAKE", { INTAKE_STORE_URL: url, NTD_ENVIRONMENT: environment }, (own, shared) => ({
      url: readStoreUrl(own, shared),
    })).url;
  expect(() => store("LIVE", "mongodb://db/intake")).toThrow(/INTAKE_STORE_URL: has no tls=true/);
  for (const url of ["mongodb://u@db/intake?tls=true", "mongodb+srv://u@db/intake", "file:/var/ntd/intake"]) {
    expect(store("LIVE", url)).toBe(url);
  }
  expect(store("TEST", "mongodb://db/intake")).toBe("mongodb://db/intake");
});

test("a store's URL may stand in a file, which LIVE demands for a password", async () => {
  const file = join(dir, "store-url");
  await writeFile(file, "mongodb://u:secret@db/intake?tls=true\n", { mode: 0o600 });
  const store = (settings: Record<string, string>) =>
    readConfig("INTAKE", { NTD_ENVIRONMENT: "LIVE", ...settings }, (own, shared) => ({
      url: readStoreUrl(own, shared),
    })).url;
  expect(store({ INTAKE_STORE_URL_FILE: file })).toBe("mongodb://u:secret@db/intake?tls=true");
  expect(() => store({ INTAKE_STORE_URL: "mongodb://u:secret@db/intake?tls=true" })).toThrow(/holds a password/);
  expect(() => store({ INTAKE_STORE_URL_FILE: join(dir, "none") })).toThrow(/INTAKE_STORE_URL_FILE: names a file/);
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCommon, readStoreUrl } from "../src/config/common-config.ts";
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
    logLevel: "info",
    maxCallMs: 30_000,
    metricsPort: 0,
  });
  expect(() => read({})).toThrow(/NTD_ENVIRONMENT: is missing/);
});

test("LIVE refuses the certificates of the development authority", () => {
  expect(() => read({ NTD_ENVIRONMENT: "LIVE" })).toThrow(/INTAKE_IDENTITY_DIR: holds a development certificate/);
  expect(read({ NTD_ENVIRONMENT: "TEST" }).environment).toBe("TEST");
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
  for (const url of ["mongodb://db/intake?tls=true", "mongodb+srv://db/intake", "file:/var/ntd/intake"]) {
    expect(store("LIVE", url)).toBe(url);
  }
  expect(store("TEST", "mongodb://db/intake")).toBe("mongodb://db/intake");
});

test("a store's URL may stand in a file, which LIVE demands for a password", async () => {
  const file = join(dir, "store-url");
  await writeFile(file, "mongodb://u:secret@db/intake?tls=true\n");
  const store = (settings: Record<string, string>) =>
    readConfig("INTAKE", { NTD_ENVIRONMENT: "LIVE", ...settings }, (own, shared) => ({
      url: readStoreUrl(own, shared),
    })).url;
  expect(store({ INTAKE_STORE_URL_FILE: file })).toBe("mongodb://u:secret@db/intake?tls=true");
  expect(() => store({ INTAKE_STORE_URL: "mongodb://u:secret@db/intake?tls=true" })).toThrow(/holds a password/);
  expect(() => store({ INTAKE_STORE_URL_FILE: join(dir, "none") })).toThrow(/INTAKE_STORE_URL_FILE: names a file/);
});

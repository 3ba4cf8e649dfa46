import { execFile } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { watchIdentity } from "@ntd/rpc";
import { createLog } from "@ntd/service";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAuthority, readRequest, requestIdentity, signRequest } from "../src/index.ts";

const alpha = { kind: "isp", name: "alpha" } as const;
let dir: string;
const at = (...path: string[]) => join(dir, ...path);
const text = (...path: string[]) => readFile(at(...path), "utf8");
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-request-"));
  await createAuthority(at("authority"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const request = async () => readRequest(await text("provider", "request.pem"));

/** What the operator sends back is put beside the key. */
async function bringBack(who: Parameters<typeof signRequest>[2] = alpha): Promise<X509Certificate> {
  const { certificate, authorities } = await signRequest(at("authority"), await request(), who);
  await writeFile(at("provider", "ca.pem"), authorities);
  await writeFile(at("provider", "cert.pem"), certificate);
  return new X509Certificate(certificate);
}

function inUse(): string {
  const identity = watchIdentity(at("provider"), createLog("test", "silent"));
  const { key } = identity.value;
  identity[Symbol.dispose]();
  return String(key);
}

test("a provider's key is certified without leaving its folder, and nothing of it is in the request", async () => {
  await requestIdentity(at("provider"), alpha);
  expect((await readdir(at("provider"))).toSorted()).toEqual(["key.pem", "request.pem"]);
  expect((await stat(at("provider", "key.pem"))).mode & 0o777).toBe(0o600);
  expect(await text("provider", "request.pem")).not.toContain("PRIVATE");
  const certificate = await bringBack();
  expect(certificate.checkPrivateKey(createPrivateKey(inUse()))).toBe(true);
  expect(certificate.subjectAltName).toBe("URI:spiffe://ntd.test/isp/alpha");
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  expect((await readdir(at("authority"))).toSorted()).toEqual(["ca-key.pem", "ca.pem"]);
});

test("asked again the key stays; another waits beside it until its certificate is in place", async () => {
  await requestIdentity(at("provider"), alpha);
  const first = await text("provider", "key.pem");
  await requestIdentity(at("provider"), alpha);
  await bringBack();
  expect(inUse()).toBe(first);
  await requestIdentity(at("provider"), alpha, true);
  expect(inUse()).toBe(first);
  await bringBack();
  const second = inUse();
  expect(second).not.toBe(first);
  await requestIdentity(at("provider"), alpha, true);
  expect(inUse()).toBe(second);
});

test("a request that was changed, is signed by another key, or is none, is refused", async () => {
  const path = await requestIdentity(at("provider"), alpha);
  const pem = await readFile(path, "utf8");
  const [head = "", ...rest] = pem.split("\n");
  const der = Buffer.from(
    rest
      .slice(
        0,
        rest.findIndex((line) => line.startsWith("-----")),
      )
      .join(""),
    "base64",
  );
  const changed = Buffer.from(der);
  changed.write("alphb", changed.indexOf("alpha"));
  const forged = `${head}\n${changed.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
  await expect(readRequest(forged)).rejects.toThrow(/not signed by the key that it names/);
  await expect(readRequest("no request")).rejects.toThrow(/no certificate request/);
  await expect(readRequest(await text("provider", "key.pem"))).rejects.toThrow(/no certificate request/);
});

test("whom it speaks for is the operator's word: another name than the request's is refused", async () => {
  await requestIdentity(at("provider"), alpha);
  expect((await request()).who).toEqual(alpha);
  await expect(bringBack({ kind: "operator", name: "alpha" })).rejects.toThrow(
    "is of isp/alpha, not of operator/alpha",
  );
  await expect(bringBack({ kind: "isp", name: "beta" })).rejects.toThrow("is of isp/alpha, not of isp/beta");
});

test("a service is certified only with the host under which it serves, and nobody else with one", async () => {
  const intake = { kind: "service", name: "intake" } as const;
  await requestIdentity(at("provider"), intake);
  await expect(bringBack(intake)).rejects.toThrow("with --server");
  const certificate = await bringBack({ ...intake, hosts: ["intake.platform.example"] });
  expect(certificate.subjectAltName).toContain("DNS:intake.platform.example");
  await requestIdentity(at("provider"), alpha);
  await expect(bringBack({ ...alpha, hosts: ["a.example"] })).rejects.toThrow("no service");
  await expect(bringBack({ ...intake, hosts: ["*.example"] })).rejects.toThrow("no host name");
});

test("openssl's requests are taken as well, unless their key is weak; it reads ours", async () => {
  const openssl = (...args: string[]) => promisify(execFile)("openssl", args);
  const make = (bits: string) =>
    openssl(
      "req",
      "-new",
      "-newkey",
      `rsa:${bits}`,
      "-nodes",
      "-keyout",
      at("k.pem"),
      "-out",
      at("r.pem"),
      "-subj",
      "/CN=x",
    );
  await make("2048");
  const theirs = await readRequest(await text("r.pem"));
  expect(theirs).toMatchObject({ who: undefined, subject: "CN=x" });
  const { certificate } = await signRequest(at("authority"), theirs, alpha);
  expect(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(await text("k.pem")))).toBe(true);
  await make("1024");
  await expect(readRequest(await text("r.pem"))).rejects.toThrow(/key of the request is none of/);
  const path = await requestIdentity(at("provider"), alpha);
  expect((await openssl("req", "-in", path, "-noout", "-verify", "-text")).stdout).toContain(
    "URI:spiffe://ntd.test/isp/alpha",
  );
});

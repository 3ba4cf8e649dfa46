import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { identityKinds } from "@ntd/rpc";
import { createAuthority, developmentAuthority, issueIdentity } from "../index.ts";

const day = 24 * 60 * 60 * 1000;
const now = new Date("2026-03-01T10:00:00Z");
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-certificates-"));
  await createAuthority(join(dir, "a"), now);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const [serverAuth, clientAuth] = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];

test("a service carries its URI beside localhost and 127.0.0.1, as server and client, and its authority vouches for it", async () => {
  const identity = await issueIdentity(join(dir, "a"), { kind: "service", name: "north-1" }, now);
  expect(identity).toEqual({ uri: "spiffe://ntd.test/service/north-1", dir: join(dir, "a", "service-north-1") });
  const { certificate, authority } = await read(identity.dir);
  expect(certificate.subjectAltName?.split(", ").toSorted()).toEqual([
    "DNS:localhost",
    "IP Address:127.0.0.1",
    "URI:spiffe://ntd.test/service/north-1",
  ]);
  expect(certificate.checkIssued(authority)).toBe(true);
  expect(certificate.verify(authority.publicKey)).toBe(true);
  expect(certificate.keyUsage?.toSorted()).toEqual([serverAuth, clientAuth]);
});

test("whoever is no service is no server: it has its URI, no host's name, and the right of a client alone", async () => {
  for (const kind of identityKinds.filter((one) => one !== "service")) {
    const { certificate } = await read((await issueIdentity(join(dir, "a"), { kind, name: "n" }, now)).dir);
    expect(certificate.subjectAltName).toBe(`URI:spiffe://ntd.test/${kind}/n`);
    expect(certificate.keyUsage).toEqual([clientAuth]);
  }
});

test("the key fits the certificate, is P-256 and only its owner can read it", async () => {
  const identity = await issueIdentity(join(dir, "a"), { kind: "service", name: "intake" }, now);
  const key = createPrivateKey(await readFile(join(identity.dir, "key.pem")));
  const { certificate } = await read(identity.dir);
  expect(certificate.checkPrivateKey(key)).toBe(true);
  expect(key.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
  expect((await stat(join(identity.dir, "key.pem"))).mode & 0o777).toBe(0o600);
  expect((await stat(join(dir, "a", "ca-key.pem"))).mode & 0o777).toBe(0o600);
});

test("the authority is marked as one for development and lives for a year, an identity for 90 days", async () => {
  const { dir: folder } = await issueIdentity(join(dir, "a"), { kind: "operator", name: "duty" }, now);
  const { certificate, authority } = await read(folder);
  expect(authority.subject).toBe(`CN=${developmentAuthority}`);
  expect(authority.ca).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.issuer).toContain("DEVELOPMENT");
  expect(authority.validToDate.getTime() - now.getTime()).toBe(365 * day);
  expect(certificate.validToDate.getTime() - now.getTime()).toBe(90 * day);
});

test("an authority that is already there is kept; of one that has expired it is said how to mend it", async () => {
  const before = await readFile(join(dir, "a", "ca.pem"), "utf8");
  await createAuthority(join(dir, "a"), now);
  expect(await readFile(join(dir, "a", "ca.pem"), "utf8")).toBe(before);
  await expect(createAuthority(join(dir, "a"), new Date(now.getTime() + 366 * day))).rejects.toThrow(
    /expired on 2027-03-01.*`ntd certs renew .*` makes a new one/,
  );
});

test("another folder is another authority: it does not vouch for the first one's identities", async () => {
  await createAuthority(join(dir, "b"), now);
  const ours = await read((await issueIdentity(join(dir, "a"), { kind: "service", name: "prober" }, now)).dir);
  const other = await read((await issueIdentity(join(dir, "b"), { kind: "service", name: "prober" }, now)).dir);
  expect(other.certificate.subject).toBe(ours.certificate.subject);
  expect(other.certificate.verify(ours.authority.publicKey)).toBe(false);
});

test("every kind can be issued, and each certificate has its own serial number", async () => {
  const serials = new Set<string>();
  for (const kind of identityKinds) {
    const { certificate } = await read((await issueIdentity(join(dir, "a"), { kind, name: "x" }, now)).dir);
    serials.add(certificate.serialNumber);
  }
  expect(serials.size).toBe(10);
});

test("a name that would leave the folder, or the URI, is refused", async () => {
  for (const name of ["", "../ca", "a/b", "North", "a".repeat(64)]) {
    await expect(issueIdentity(join(dir, "a"), { kind: "isp", name }, now)).rejects.toThrow(/^name: /);
  }
  await expect(issueIdentity(join(dir, "a"), { kind: "root" as "isp", name: "a" }, now)).rejects.toThrow(/^kind: /);
});

test("without an authority there is a sentence that says so", async () => {
  await expect(issueIdentity(join(dir, "none"), { kind: "isp", name: "a" })).rejects.toThrow(
    /holds no authority; make one with `ntd certs authority .*none`$/,
  );
});

async function read(folder: string) {
  const certificate = new X509Certificate(await readFile(join(folder, "cert.pem")));
  return { certificate, authority: new X509Certificate(await readFile(join(folder, "ca.pem"))) };
}

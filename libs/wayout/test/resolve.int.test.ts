import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hostsFile, noHosts, resolveHost, type DnsResolver } from "../src/resolve.ts";

const fails = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));
const dns = (v4: string[] | string, v6: string[] | string): DnsResolver => ({
  resolve4: () => (typeof v4 === "string" ? fails(v4) : Promise.resolve(v4)),
  resolve6: () => (typeof v6 === "string" ? fails(v6) : Promise.resolve(v6)),
});
const never = dns("ESERVFAIL", "ESERVFAIL");

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["[2001:db8::1]", "2001:db8::1"],
])("the literal %s is not looked up", async (hostname, ip) => {
  expect(await resolveHost(hostname, never, noHosts)).toEqual({ is: "addresses", ips: [ip] });
});

test("all addresses of both kinds come back, IPv4 first and in a steady order", async () => {
  const found = await resolveHost("a.example", dns(["192.0.2.9", "192.0.2.1"], ["2001:db8::1"]), noHosts);
  expect(found).toEqual({ is: "addresses", ips: ["192.0.2.1", "192.0.2.9", "2001:db8::1"] });
});

test("one kind may be missing or fail", async () => {
  expect(await resolveHost("a.example", dns(["192.0.2.1"], "ESERVFAIL"), noHosts)).toMatchObject({ is: "addresses" });
  expect(await resolveHost("a.example", dns("ENODATA", ["2001:db8::1"]), noHosts)).toMatchObject({ is: "addresses" });
});

test.each([
  ["ENOTFOUND", "ENOTFOUND", { is: "no_such_name" }],
  ["ENODATA", "ENODATA", { is: "no_address" }],
  ["ENODATA", "ESERVFAIL", { is: "failed", timedOut: false }],
  ["ETIMEOUT", "ETIMEOUT", { is: "failed", timedOut: true }],
  ["EREFUSED", "EREFUSED", { is: "failed", timedOut: false }],
  ["ECONNREFUSED", "ECONNREFUSED", { is: "no_resolver" }],
  ["ENOTFOUND", "ECONNREFUSED", { is: "no_resolver" }],
  ["ETIMEOUT", "ECONNREFUSED", { is: "no_resolver" }],
] as const)("%s and %s", async (v4, v6, expected) => {
  expect(await resolveHost("a.example", dns(v4, v6), noHosts)).toEqual(expected);
});

test("a hosts file is asked first, and read again when it changes", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-hosts-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, "hosts");
  await writeFile(path, "# names\n127.0.0.1\tA.example b.example # two\n::1 b.example\n");
  const hosts = hostsFile(path);
  expect(await resolveHost("a.EXAMPLE.", never, hosts)).toEqual({ is: "addresses", ips: ["127.0.0.1"] });
  expect(await resolveHost("b.example", never, hosts)).toEqual({ is: "addresses", ips: ["127.0.0.1", "::1"] });
  expect(await resolveHost("c.example", never, hosts)).toMatchObject({ is: "failed" });
  await writeFile(path, "127.0.0.2 c.example\n");
  expect(await resolveHost("c.example", never, hosts)).toEqual({ is: "addresses", ips: ["127.0.0.2"] });
});

test.each(["localhost", "LOCALHOST.", "a.localhost"])("%s is loopback, whatever a resolver says", async (name) => {
  for (const resolver of [never, dns("ENOTFOUND", "ENOTFOUND"), dns(["192.0.2.1"], "ENODATA")]) {
    expect(await resolveHost(name, resolver, noHosts)).toEqual({ is: "addresses", ips: ["127.0.0.1"] });
  }
});

test.each(["a.onion", "A.I2P.", "printer.local", "db.internal", "box.home.arpa", "a.test"])(
  "%s is asked of the hosts file alone",
  async (name) => {
    const asked = () => {
      throw new Error("DNS was asked");
    };
    const resolver = { resolve4: asked, resolve6: asked };
    expect(await resolveHost(name, resolver, noHosts)).toEqual({ is: "not_from_here" });
    const known = { is: "addresses", ips: ["127.0.0.1"] };
    expect(await resolveHost(name, resolver, async () => ["127.0.0.1"])).toEqual(known);
  },
);

test("a name below another root is asked; that DNS has it not says nothing", async () => {
  expect(await resolveHost("a.eth", dns("ENOTFOUND", "ENOTFOUND"), noHosts)).toEqual({ is: "not_from_here" });
  expect(await resolveHost("a.eth", dns(["192.0.2.1"], "ENODATA"), noHosts)).toMatchObject({ is: "addresses" });
});

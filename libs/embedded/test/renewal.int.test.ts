import { createPrivateKey, X509Certificate } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchIdentity } from "@ntd/rpc";
import { createLog, MovableClock } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type * as Files from "../src/certificates/files.ts";
import { createAuthority, ends, issueIdentity, renewDue, startRenewal, type Renewed } from "../src/index.ts";

// Of the writes of a process, as many as `left` says; the next one is the moment at which it dies.
const life = vi.hoisted(() => ({ left: Infinity }));
vi.mock("../src/certificates/files.ts", async (original) => {
  const files = await original<typeof Files>();
  const orDie = <A extends unknown[]>(write: (...args: A) => Promise<void>) =>
    async function mortal(...args: A): Promise<void> {
      if (life.left-- <= 0) throw new Error("died");
      return write(...args);
    };
  return { writeWhole: orDie(files.writeWhole), putInPlace: orDie(files.putInPlace) };
});

const start = new Date("2026-03-01T10:00:00Z");
const day = (n: number) => new Date(start.getTime() + n * 24 * 60 * 60 * 1000);
const intake = { kind: "service", name: "intake" } as const;
const alpha = { kind: "isp", name: "alpha" } as const;
const log = createLog("test", "silent");

let dir: string;
const at = (...path: string[]) => join(dir, ...path);
beforeEach(async () => {
  life.left = Infinity;
  dir = await mkdtemp(join(tmpdir(), "ntd-renewal-"));
  await createAuthority(dir, start);
  for (const who of [intake, alpha]) await issueIdentity(dir, who, start);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const told = (renewed: readonly Renewed[]) => renewed.map(({ what, name }) => `${what} ${name.split("/").at(-1)}`);

/** What a service would start with: throws when the folder is not usable. */
function used(folder: string) {
  const identity = watchIdentity(folder, log);
  const { ca, cert, key } = identity.value;
  identity[Symbol.dispose]();
  expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))).toBe(true);
  return { ca: String(ca), cert: new X509Certificate(cert), key: String(key) };
}

/** Both trust each other, as far as signatures and dates go. */
function expectTrust(now: Date) {
  const parties = ["service-intake", "isp-alpha"].map((name) => used(at(name)));
  for (const { cert } of parties) {
    expect(cert.validToDate.getTime()).toBeGreaterThan(now.getTime());
    for (const { ca } of parties) {
      const authorities = ca
        .split(/(?<=-----END CERTIFICATE-----\n)/)
        .map((pem) => pem.trim())
        .filter(Boolean);
      const trusted = authorities.map((pem) => new X509Certificate(pem)).filter((one) => cert.verify(one.publicKey));
      expect(trusted).toHaveLength(1);
      expect(trusted[0]?.validToDate.getTime()).toBeGreaterThan(now.getTime());
    }
  }
}

test("nothing is renewed before its time; with a third of its life left an identity is, for the key that it has", async () => {
  expect(await renewDue(dir, day(59))).toEqual([]);
  const before = used(at("service-intake"));
  expect(told(await renewDue(dir, day(60)))).toEqual(["identity alpha", "identity intake"]);
  const after = used(at("service-intake"));
  expect(after.key).toBe(before.key);
  expect(after.cert.validToDate).toEqual(day(150));
  expect(await renewDue(dir, day(60))).toEqual([]);
});

test("day 91, nobody looked: what has ended is named, and renewed", async () => {
  const ended = (await ends(dir, day(91))).filter(({ daysLeft }) => daysLeft < 0);
  expect(ended.map(({ name, until }) => [name, until])).toEqual([
    ["spiffe://ntd.test/isp/alpha", day(90)],
    ["spiffe://ntd.test/service/intake", day(90)],
  ]);
  await renewDue(dir, day(91));
  expectTrust(day(91));
});

test("day 366, nobody looked: a new authority takes the place of the ended one, and every identity is issued by it", async () => {
  expect((await ends(dir, day(366))).map(({ daysLeft }) => daysLeft < 0)).toEqual([true, true, true]);
  expect(told(await renewDue(dir, day(366)))).toEqual(["authority authority", "identity alpha", "identity intake"]);
  expectTrust(day(366));
  expect((await ends(dir, day(366))).filter(({ name }) => name === "authority")).toHaveLength(1);
  await createAuthority(dir, day(366));
});

test("looked at every fourth week for three years everybody trusts everybody at each look, over three authorities", async () => {
  const authorities = new Set<string>();
  for (let n = 0; n < 3 * 365; n += 28) {
    await renewDue(dir, day(n));
    expectTrust(day(n));
    for (const { name, authority } of await ends(dir, day(n))) if (name === "authority") authorities.add(authority);
  }
  expect(authorities.size).toBeGreaterThanOrEqual(4);
});

test("what was handed to others meets the next authority at its renewal, before that signs for servers", async () => {
  await renewDue(dir, day(240));
  const handed = at("..", "handed");
  await cp(at("isp-alpha"), handed, { recursive: true });
  for (let n = 240; n <= 300; n += 10) await renewDue(dir, day(n));
  const { ca } = used(at("isp-alpha"));
  await rm(handed, { recursive: true });
  for (let n = 310; n <= 400; n += 10) await renewDue(dir, day(n));
  const server = used(at("service-intake")).cert;
  const next = ca
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .map((pem) => pem.trim())
    .filter(Boolean);
  expect(next.some((pem) => server.verify(new X509Certificate(pem).publicKey))).toBe(true);
});

// Each row is what one process does; it dies at each of its writes in turn.
test.each([
  ["renews at day 60", 60, () => renewDue(dir, day(60))],
  ["makes the next authority", 250, () => renewDue(dir, day(250))],
  ["lets the next authority sign", 336, () => renewDue(dir, day(336))],
  ["replaces an ended authority", 366, () => renewDue(dir, day(366))],
  ["issues a service anew, with another key", 1, () => issueIdentity(dir, intake, day(1))],
  ["issues somebody for the first time", 1, () => issueIdentity(dir, { kind: "isp", name: "beta" }, day(1))],
] as const)(
  "a process that %s may die at any write: folders stay usable, the next look mends the rest",
  async (_what, n, act) => {
    if (n > 90 && n < 366)
      for (let d = 0; d < n - 1; d += n > 300 ? 30 : 60) await renewDue(dir, day(Math.min(d, 250)));
    const whole = at("..", `${Date.now()}-whole`);
    await cp(dir, whole, { recursive: true });
    let deaths = 0;
    for (; ; deaths++) {
      life.left = deaths;
      const died = await act().then(
        () => false,
        () => true,
      );
      life.left = Infinity;
      for (const name of await readdir(dir)) if (/^(service|isp)-[a-z]+$/.test(name)) used(at(name));
      await renewDue(dir, day(n));
      expectTrust(day(n));
      expect(await renewDue(dir, day(n))).toEqual([]);
      expect((await readdir(at("service-intake"))).toSorted()).toEqual(["ca.pem", "cert.pem", "key.pem"]);
      await rm(dir, { recursive: true });
      await cp(whole, dir, { recursive: true });
      if (!died) break;
    }
    await rm(whole, { recursive: true });
    expect(deaths).toBeGreaterThan(1);
  },
);

test("a folder whose key is lost is issued anew; one that cannot be read is named and holds up no other", async () => {
  await writeFile(at("service-intake", "key.pem"), "lost");
  await issueIdentity(dir, { kind: "isp", name: "aaa" }, start);
  await writeFile(at("isp-aaa", "cert.pem"), "no certificate");
  await expect(renewDue(dir, day(1))).rejects.toThrow(/isp-aaa cannot be renewed/);
  expectTrust(day(1));
});

test("a certificate whose key is elsewhere is left to who holds it", async () => {
  await rm(at("isp-alpha", "key.pem"));
  const before = await readFile(at("isp-alpha", "cert.pem"), "utf8");
  expect(told(await renewDue(dir, day(89)))).toEqual(["identity intake"]);
  expect(await readFile(at("isp-alpha", "cert.pem"), "utf8")).toBe(before);
});

test("the daily look renews at its start, tells what it did and logs no person's name", async () => {
  const lines: string[] = [];
  const clock = new MovableClock(day(61));
  await issueIdentity(dir, { kind: "assessor", name: "ann" }, start);
  const renewed: string[] = [];
  const looking = startRenewal({
    dir,
    clock,
    log: createLog("test", "info", { write: (line) => void lines.push(line) }),
    onRenewed: (all) => void renewed.push(...told(all)),
  });
  await eventually("renewed", async () => renewed.length > 0);
  await looking[Symbol.asyncDispose]();
  expect(renewed).toEqual(["identity ann", "identity alpha", "identity intake"]);
  expect(lines.join("")).toContain("service/intake");
  expect(lines.join("")).not.toContain("ann");
});

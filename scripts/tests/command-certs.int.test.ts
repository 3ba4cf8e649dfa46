import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inProcess } from "./bed.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-certs-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test("an authority is made, and an identity issued by it that only its owner can read", async () => {
  expect(await inProcess(["certs", "authority", dir])).toMatchObject({ code: 0 });
  const { out } = await inProcess(["--json", "certs", "issue", dir, "isp", "alpha"]);
  const identity = JSON.parse(out);
  expect(identity).toEqual({ uri: "spiffe://ntd.test/isp/alpha", dir: join(dir, "isp-alpha") });
  expect((await readdir(identity.dir)).toSorted()).toEqual(["ca.pem", "cert.pem", "key.pem"]);
  expect((await stat(join(identity.dir, "key.pem"))).mode & 0o777).toBe(0o600);
});

test.each([
  ["a kind that is none", ["isps", "alpha"], "Allowed choices are service, isp"],
  ["a name that cannot be one", ["isp", "Alpha!"], "lower case letters"],
])("%s is wrong usage", async (_what, who, said) => {
  const { code, err } = await inProcess(["certs", "issue", dir, ...who]);
  expect([code, err]).toEqual([2, expect.stringContaining(said)]);
});

test("a folder without an authority is wrong usage", async () => {
  const { code, err } = await inProcess(["certs", "issue", join(dir, "isp-alpha"), "isp", "beta"]);
  expect([code, err]).toEqual([2, expect.stringContaining("holds no authority; make one with `ntd certs authority")]);
});

test("help lists the kinds of identity", async () => {
  const { code, out } = await inProcess(["certs", "issue", "--help"]);
  expect(code).toBe(0);
  expect(out.replaceAll(/\s+/g, " ")).toContain('choices: "service", "isp", "maintainer", "regulator", "assessor"');
});

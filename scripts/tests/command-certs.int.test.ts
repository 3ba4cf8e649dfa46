import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityKinds } from "@ntd/rpc";
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
  expect(out.replaceAll(/\s+/g, " ")).toContain(`choices: ${identityKinds.map((kind) => `"${kind}"`).join(", ")}`);
});

test("a folder is listed with who ends when, and what is not due is not renewed", async () => {
  const { out } = await inProcess(["certs", "list", dir]);
  expect(out).toMatch(/^name +until +days left +authority\n/);
  expect(out).toMatch(/\nauthority +20\S+Z +36[45] +\S{8}\n/);
  expect(out).toMatch(/\nspiffe:\/\/ntd\.test\/isp\/alpha +20\S+Z +(89|90) +\S{8}/);
  const [first] = JSON.parse((await inProcess(["--json", "certs", "list", dir])).out);
  expect(first).toMatchObject({ name: "authority", daysLeft: expect.any(Number), until: expect.any(String) });
  expect((await inProcess(["certs", "renew", dir])).out).toBe("nothing is due\n");
  const { code, err } = await inProcess(["certs", "list", join(dir, "none")]);
  expect([code, err]).toEqual([2, expect.stringContaining("holds no authority")]);
});

test("a provider asks, the operator signs what is meant, and the folder is whole without a key having travelled", async () => {
  const [provider, out] = [join(dir, "at-provider"), join(dir, "sent", "cert.pem")];
  expect(await inProcess(["certs", "request", provider, "isp", "north"])).toMatchObject({ code: 0 });
  const request = join(provider, "request.pem");
  const sign = (...more: string[]) => inProcess(["certs", "sign", dir, request, "--out", out, ...more]);
  expect(await sign()).toMatchObject({ code: 2, err: expect.stringContaining("as isp/north?") });
  expect(await sign("--as", "isp/south")).toMatchObject({ code: 2, err: expect.stringContaining("not of isp/south") });
  expect(await sign("--as", "north")).toMatchObject({ code: 2, err: expect.stringContaining("KIND/NAME") });
  expect(await sign("--yes", "--server", "a.example")).toMatchObject({ code: 2 });
  expect(await sign("--as", "isp/north")).toMatchObject({ code: 0, out: expect.stringContaining("isp/north") });
  expect((await readdir(join(dir, "sent"))).toSorted()).toEqual(["ca.pem", "cert.pem"]);
  expect((await readdir(provider)).toSorted()).toEqual(["key.pem", "request.pem"]);
});

test("files that cannot be read or written are named, and an authority's certificate is not written over", async () => {
  const provider = join(dir, "at-east");
  await inProcess(["certs", "request", provider, "isp", "east"]);
  const [request, as] = [join(provider, "request.pem"), ["--as", "isp/east"]];
  const sign = (asked: string, out: string) => inProcess(["certs", "sign", dir, asked, "--out", out, ...as]);
  const nowhere = join(dir, "nowhere.pem");
  expect(await sign(nowhere, join(dir, "sent", "east.pem"))).toMatchObject({
    code: 2,
    err: `ntd: USAGE: ${nowhere} is not there; name another\n`,
  });
  expect(await sign(request, "/dev/null/cert.pem")).toMatchObject({
    code: 2,
    err: expect.stringContaining("/dev/null"),
  });
  const before = await readFile(join(dir, "sent", "ca.pem"), "utf8");
  expect(await sign(request, join(dir, "sent", "ca.pem"))).toMatchObject({
    code: 2,
    err: expect.stringContaining("--out is the certificate's own file"),
  });
  expect(await readFile(join(dir, "sent", "ca.pem"), "utf8")).toBe(before);
});

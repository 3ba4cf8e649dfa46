import { copyFile, mkdtemp, rename, rm } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { observe } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAuthority, ends, issueIdentity, prepareFolder, renewDue, startNats, type Nats } from "../src/index.ts";

const daysAgo = (n: number) => new Date(Date.now() - n * 24 * 60 * 60 * 1000);
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-folder-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test.each([
  [91, "authority", false],
  [366, "authority", true],
])("a platform that is started again after %s days finds every certificate in force", async (days, name, isNew) => {
  const certificates = join(dir, "certificates");
  await createAuthority(certificates, daysAgo(days));
  for (const who of ["fingerprint", "nats"]) {
    await issueIdentity(certificates, { kind: "service", name: who }, daysAgo(days));
  }
  const before = await ends(certificates);
  expect(before.filter(({ daysLeft }) => daysLeft < 0).length).toBeGreaterThanOrEqual(2);
  await prepareFolder(dir);
  await renewDue(certificates);
  const after = await ends(certificates);
  expect(after.filter(({ daysLeft }) => daysLeft < 30)).toEqual([]);
  const mark = (all: typeof after) => all.find((one) => one.name === name)?.authority;
  expect(mark(after) === mark(before)).toBe(!isNew);
});

test("nats-server shows its renewed certificate to new connections once it is told to, and stays the same process", async () => {
  const folder = await prepareFolder(dir);
  await issueIdentity(folder.certificates, { kind: "service", name: "nats" }, daysAgo(80));
  await using nats = await startNats({ dir: join(dir, "nats"), certificates: folder.certificates, permissions: [] });
  const identity = await folder.identity("operator", "admin");
  const { pid } = nats;
  const before = await shown(nats, identity);
  await renewDue(folder.certificates);
  await nats.reload();
  await eventually("the new certificate", async () => (await shown(nats, identity)) !== before, 10_000);
  expect(nats.pid).toBe(pid);
}, 30_000);

test("a key or an authority that is gone is not replaced by another: it is told, with where there may be a copy", async () => {
  const { keys, certificates, identity } = await prepareFolder(dir);
  await identity("operator", "admin");
  await rename(keys.mark, join(dir, "aside"));
  await expect(prepareFolder(dir)).rejects.toMatchObject({
    reason: "CONFIG_INVALID",
    message: expect.stringMatching(/Keys are gone.+\/mark-key\..+\/mark-key\.lost/),
  });
  await rename(join(dir, "aside"), keys.mark);
  await rm(join(certificates, "ca.pem"));
  await expect(prepareFolder(dir)).rejects.toMatchObject({
    reason: "CONFIG_INVALID",
    message: expect.stringMatching(/ca\.pem is gone.+operator-admin\/ca\.pem/),
  });
  await copyFile(join(certificates, "operator-admin/ca.pem"), join(certificates, "ca.pem"));
  await prepareFolder(dir);
});

async function shown({ url }: Nats, dir: string): Promise<string> {
  const to = { host: "127.0.0.1", port: Number(url.split(":").at(-1)) };
  const file = (name: string) => readFileSync(join(dir, name));
  const identity = { ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") };
  const seen = await observe({ to, way: { is: "direct" }, identity, speaks: "nats", timeoutMs: 2000 });
  return seen.is === "TLS" ? (seen.server?.fingerprint256 ?? "") : seen.is;
}

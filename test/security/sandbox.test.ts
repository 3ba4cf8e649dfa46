import { once } from "node:events";
import { chmodSync, existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FingerprintServiceService } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { connect } from "@ntd/rpc";
import { startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProcess } from "./processes.ts";

const ATTEMPTS = [
  "read a key of the service",
  "read its environment",
  "be given its settings",
  "connect",
  "start a process",
  "write into its folder",
  "write into /tmp",
  "signal it",
];

const root = join(import.meta.dirname, "../..");
const parts = new AsyncDisposableStack();
let bed: TestBed;
let main: string;
let open: string;
let port: number;

/** The service as it is, but for its decoder: a copy, whose decoder is the hostile one. */
beforeAll(async () => {
  bed = parts.use(await startTestBed());
  const dir = await mkdtemp(join(tmpdir(), "ntd-hostile-"));
  parts.defer(() => rm(dir, { recursive: true, force: true }));
  parts.defer(() => rm("/tmp/written-from-inside", { force: true }));
  await chmod(dir, 0o755);
  open = join(dir, "open");
  await mkdir(open);
  chmodSync(open, 0o777);
  const copy = join(dir, "services/fingerprint");
  for (const part of ["src", "package.json"])
    await cp(join(root, "services/fingerprint", part), join(copy, part), { recursive: true });
  await cp(join(import.meta.dirname, "hostile-decoder.ts"), join(copy, "src/decoder.ts"));
  await symlink(join(root, "node_modules"), join(dir, "node_modules"));
  main = join(copy, "src/main.ts");
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  parts.defer(() => void server.close());
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => parts.disposeAsync());

/** What the decoder of a real service of ours reaches, in this kind of sandbox. */
async function reachedIn(sandbox: string): Promise<string[]> {
  await using fingerprint = await startProcess(bed, "fingerprint", { SANDBOX: sandbox, WORKERS: "1" }, {}, main);
  const own = await bed.identity("service", "fingerprint");
  const identityDir = await bed.identity("service", "prober");
  await using prober = connect(FingerprintServiceService, { address: fingerprint.address, identityDir });
  const aim = { keyFile: join(own, "key.pem"), port, folder: open, service: fingerprint.process.pid };
  const content = Buffer.from(JSON.stringify(aim));
  const { fingerprints } = await prober.computeFingerprints({ content }, { deadline: 20_000 });
  const said = fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_PDQ")?.value;
  return ATTEMPTS.filter((_, nth) => said?.[nth] === 1);
}

test("a decoder that was taken over reaches nothing of the service in bwrap", async () => {
  expect(await reachedIn("bwrap")).toEqual([]);
  expect(existsSync(join(open, "written-from-inside"))).toBe(false);
});

test("with namespaces alone it reaches nothing either", async () => {
  expect(await reachedIn("unshare")).toEqual([]);
});

test("the attempts are real: where no sandbox works, it connects", async () => {
  const reached = await reachedIn("none");
  expect(reached).toContain("connect");
  expect(reached).not.toContain("be given its settings");
});

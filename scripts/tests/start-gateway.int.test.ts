import { mkdtemp, readFile, rm } from "node:fs/promises";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, freePort, issueIdentity, type IdentityName } from "@ntd/embedded";
import { createLog } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startGateway } from "../src/start/gateway.ts";

const log = createLog("start", "silent");
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-gateway-"));
  await createAuthority(dir);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A port that nobody has: `freePort` takes it for this process. */
async function unreserved(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("the gateway of a trial answers, is started again when it ends, and refuses a port that is taken", async () => {
  const listen = `127.0.0.1:${await freePort()}`;
  const free = `127.0.0.1:${await unreserved()}`;
  const identity = async (kind: IdentityName["kind"], name: string) => (await issueIdentity(dir, { kind, name })).dir;
  const platform = { machine: { dir, identity }, endpoints: { matching: "localhost:1" } };
  vi.stubEnv("HMA_GATEWAY_LISTEN", listen);
  await expect(startGateway(platform, "TEST", log)).rejects.toMatchObject({ reason: "CONFIG_INVALID" });
  vi.stubEnv("HMA_GATEWAY_LISTEN", free);
  await using gateway = await startGateway(platform, "TEST", log);
  expect(gateway.told).toContain(free);
  const text = async (path: string) => await (await fetch(`http://${free}${path}`)).text();
  const isAlive = () =>
    text("/livez").then(
      (said) => said === "OK",
      () => false,
    );
  await eventually("it answers", isAlive, 60_000);
  // Nobody is there to be asked: that is no answer about a hash.
  expect(await text("/status")).toBe("INDEX-NOT-LOADED");
  process.kill(gateway.pid(), "SIGKILL");
  await eventually("it answers again", isAlive, 60_000);
  expect(await readFile(join(dir, "logs/hma-gateway.log"), "utf8")).toContain("answering in HMA's form");
}, 150_000);

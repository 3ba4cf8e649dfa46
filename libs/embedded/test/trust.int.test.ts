import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectBus, permissions } from "@ntd/bus";
import { watchIdentity } from "@ntd/rpc";
import { createLog } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAuthority, issueIdentity, renewDue, startNats, type Nats } from "../src/index.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const now = Date.now();
const day = (n: number) => new Date(now + n * DAY_MS);
let lines: { reason?: string }[];
const log = createLog("test", "info", { write: (line) => void lines.push(JSON.parse(line) as { reason?: string }) });
const operator = { kind: "operator", name: "admin" } as const;

let dir: string;
let certificates: string;
let nats: Nats;
beforeEach(async () => {
  lines = [];
  dir = await mkdtemp(join(tmpdir(), "ntd-trust-"));
  certificates = join(dir, "certificates");
  // It ends in five days, so that what a clock that moves on does can be done now.
  await createAuthority(certificates, day(-360));
  await issueIdentity(certificates, operator);
  nats = await startNats({ dir: join(dir, "nats"), certificates, permissions: permissions("ntd.test", ["admin"]) });
});
afterEach(async () => {
  await nats[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

const connected = (identityDir: Parameters<typeof connectBus>[0]["identityDir"]) =>
  connectBus({ name: "admin", natsUrl: nats.url, identityDir, log });

test("who is connected to nats-server by an authority that is trusted no more is so no more; others move over", async () => {
  const own = join(certificates, "operator-admin");
  const old = join(dir, "old");
  await cp(own, old, { recursive: true });
  using identity = watchIdentity(own, log);
  await using bus = await connected(identity);
  await using forgotten = await connected(old);
  const client = () => bus.connection.info?.client_id;
  const first = client();

  await renewDue(certificates, day(-100));
  await nats.reload();
  const { pid } = nats;
  await renewDue(certificates, day(0));
  for (const who of [operator, { kind: "service", name: "nats" } as const]) await issueIdentity(certificates, who);
  await nats.reload();
  await eventually("its new certificate is taken to the bus", () => client() !== first);
  await forgotten.connection.flush();
  expect(nats.pid).toBe(pid);

  await renewDue(certificates, day(6));
  await nats.reload();
  await eventually("it is back", () => bus.connection.flush().then(() => true));
  await eventually("the forgotten one is told why it cannot", () => lines.some(({ reason }) => reason === "authority"));
  await bus.connection.flush();
  await forgotten.connection.close();
});

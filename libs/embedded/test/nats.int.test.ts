import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { eventually } from "@ntd/testing";
import { createAuthority, issueIdentity, startNats, type Nats, type NatsPermissions } from "../src/index.ts";

const intake = "spiffe://ntd.test/service/intake";
const permissions: NatsPermissions[] = [
  { user: intake, publish: ["intake.report.>", "$JS.API.>"], subscribe: ["_INBOX_intake.>"] },
  { user: "spiffe://ntd.test/service/prober", publish: [], subscribe: ["intake.report.>", "_INBOX_prober.>"] },
  { user: "spiffe://ntd.test/service/mute", publish: ["intake.report.>"], subscribe: [] },
];
let dir: string;
let nats: Nats;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-nats-"));
  await createAuthority(at("ca"));
  await createAuthority(at("foreign"));
  for (const name of ["intake", "prober", "mute", "stranger"]) {
    await issueIdentity(at("ca"), { kind: "service", name });
  }
  await issueIdentity(at("foreign"), { kind: "service", name: "intake" });
  nats = await startNats({ dir: at("nats"), certificates: at("ca"), permissions });
});
afterAll(async () => {
  await nats?.stop();
  await rm(dir, { recursive: true, force: true });
});

test("a listed certificate connects and is the user that its URI names", async () => {
  const sender = await client("intake");
  const reader = await client("prober");
  const received = reader.subscribe("intake.report.received", { max: 1 });
  await reader.flush();
  sender.publish("intake.report.received", "one");
  const texts: string[] = [];
  for await (const message of received) texts.push(message.string());
  expect(texts).toEqual(["one"]);
  await Promise.all([sender.close(), reader.close()]);
});

test("a subject that is not listed can be neither published nor subscribed to", async () => {
  const sender = await client("intake");
  expect(await violation(sender, () => sender.publish("prober.target.added"))).toContain(
    'Permissions Violation for Publish to "prober.target.added"',
  );
  expect(await violation(sender, () => sender.subscribe("intake.report.>", { callback: () => {} }))).toContain(
    'Permissions Violation for Subscription to "intake.report.>"',
  );
  await sender.close();
});

test("an empty list allows nothing", async () => {
  const reader = await client("prober");
  expect(await violation(reader, () => reader.publish("anything"))).toContain("Violation for Publish");
  const mute = await client("mute");
  expect(await violation(mute, () => mute.subscribe("anything", { callback: () => {} }))).toContain(
    "Violation for Subscription",
  );
  await Promise.all([reader.close(), mute.close()]);
});

test("a certificate that no user is listed for is refused", async () => {
  await expect(client("stranger")).rejects.toThrow(/Authorization Violation/i);
});

test("a certificate of another authority is refused, though it carries a listed URI", async () => {
  const own = await readFile(at("ca/ca.pem"), "utf8");
  await writeFile(at("foreign/service-intake/ca.pem"), own);
  await expect(client("intake", "foreign")).rejects.toThrow();
  await logged("certificate signed by unknown authority");
});

test("a client refuses a server of another authority", async () => {
  await writeFile(at("foreign/service-intake/ca.pem"), await readFile(at("foreign/ca.pem"), "utf8"));
  await expect(client("intake", "foreign")).rejects.toThrow(/certificate/i);
});

test("a client without a certificate is refused", async () => {
  await expect(
    connect({ servers: nats.url, tls: { caFile: at("ca/ca.pem") }, reconnect: false, timeout: 5_000 }),
  ).rejects.toThrow();
  await logged("client didn't provide a certificate");
});

test("a message may have 1 MiB", async () => {
  const sender = await client("intake");
  expect(sender.info?.max_payload).toBe(1024 * 1024);
  await sender.close();
});

test("what was acknowledged is there after kill -9 and a restart on the same port", async () => {
  const before = { url: nats.url, pid: nats.pid };
  let sender = await client("intake");
  const manager = await jetstreamManager(sender);
  await manager.streams.add({ name: "intake", subjects: ["intake.report.>"] });
  const acknowledged = await jetstream(sender).publish("intake.report.received", "kept");
  expect(acknowledged.seq).toBe(1);
  await Promise.all([nats.kill("SIGKILL"), sender.closed()]);
  expect(nats.pid).toBe(0);
  await expect(client("intake")).rejects.toThrow();

  await nats.restart();
  expect(nats.url).toBe(before.url);
  expect(nats.pid).not.toBe(before.pid);
  sender = await client("intake");
  const message = await (await jetstreamManager(sender)).streams.getMessage("intake", { seq: 1 });
  expect(message?.string()).toBe("kept");
  await sender.close();
});

test("a server started again in the same folder has its streams back", async () => {
  const again = { dir: at("again"), certificates: at("ca"), permissions };
  {
    await using first = await startNats(again);
    const sender = await client("intake", "ca", first.url);
    await (await jetstreamManager(sender)).streams.add({ name: "intake", subjects: ["intake.report.>"] });
    await jetstream(sender).publish("intake.report.received", "kept");
    await sender.close();
  }
  await using second = await startNats(again);
  const reader = await client("intake", "ca", second.url);
  const message = await (await jetstreamManager(reader)).streams.getMessage("intake", { seq: 1 });
  expect(message?.string()).toBe("kept");
  await reader.close();
});

test("stop ends the process, and again does nothing", async () => {
  const other = await startNats({ dir: at("other"), certificates: at("ca"), permissions: [] });
  const { pid } = other;
  expect(alive(pid)).toBe(true);
  await other.stop();
  await other.stop();
  expect(alive(pid)).toBe(false);
});

test("a start that fails says what the server said", async () => {
  const port = Number(new URL(nats.url).port);
  await expect(startNats({ dir: at("taken"), certificates: at("ca"), permissions: [], port })).rejects.toThrow(
    /address already in use/,
  );
});

test("it dies with the process that started it, even by kill -9", async () => {
  const start = `import { startNats } from ${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)};
    const nats = await startNats(${JSON.stringify({ dir: at("orphan"), certificates: at("ca"), permissions: [] })});
    console.log(nats.pid); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ["--input-type=module-typescript", "-e", start], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(parent.stdout, "data");
  const pid = Number(String(line));
  expect(alive(pid)).toBe(true);
  parent.kill("SIGKILL");
  const deadline = Date.now() + 30_000;
  while (alive(pid) && Date.now() < deadline) await delay(10);
  const survived = alive(pid);
  if (survived) process.kill(pid, "SIGKILL");
  expect(survived).toBe(false);
});

function at(path: string): string {
  return join(dir, path);
}

function client(name: string, authority = "ca", servers = nats.url): Promise<NatsConnection> {
  const folder = at(`${authority}/service-${name}`);
  return connect({
    servers,
    inboxPrefix: `_INBOX_${name}`,
    reconnect: false,
    timeout: 30_000,
    tls: { caFile: `${folder}/ca.pem`, certFile: `${folder}/cert.pem`, keyFile: `${folder}/key.pem` },
  });
}

// What the client sees of a refused handshake is a matter of timing; the server's log says why.
async function logged(text: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await readFile(at("nats/nats.log"), "utf8")).includes(text)) {
    if (Date.now() > deadline) throw new Error(`the server's log does not say "${text}"`);
    await delay(10);
  }
}

async function violation(connection: NatsConnection, act: () => unknown): Promise<string> {
  const statuses = connection.status();
  act();
  const timer = setTimeout(() => void connection.close(), 5_000);
  for await (const status of statuses) {
    if (status.type !== "error") continue;
    clearTimeout(timer);
    return status.error.message;
  }
  throw new Error("the server did not object within 5 seconds");
}

// By /proc, because one that ended but is not yet reaped by its new parent still answers a signal.
function alive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

test("one that is to be revived comes back when it ended by itself, and stays down when it was stopped", async () => {
  const told: string[] = [];
  const options = {
    dir: at("revived"),
    certificates: at("ca"),
    permissions,
    onRevive: (how: string) => told.push(how),
  };
  await using revived = await startNats(options);
  const first = revived.pid;
  process.kill(first, "SIGKILL");
  await eventually("another process serves", () => revived.pid !== 0 && revived.pid !== first);
  expect(told).toEqual(["SIGKILL"]);
  await revived.stop();
  expect(revived.pid).toBe(0);
  expect(told.length).toBe(1);
});

test("one that is stopped while it waits to be started again leaves no timer behind", async () => {
  const told = Promise.withResolvers<string>();
  const options = { dir: at("stopped"), certificates: at("ca"), permissions, onRevive: told.resolve };
  await using stopped = await startNats(options);
  const waits = vi.spyOn(globalThis, "setTimeout");
  process.kill(stopped.pid, "SIGKILL");
  await told.promise;
  const reviving = waits.mock.results.at(-1)?.value as NodeJS.Timeout;
  waits.mockRestore();
  const cleared = vi.spyOn(globalThis, "clearTimeout");
  await stopped.stop();
  expect(cleared).toHaveBeenCalledWith(reviving);
  cleared.mockRestore();
});

import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { issueIdentity } from "./certificates/identity.ts";
import { freePort } from "./free-port.ts";
import { natsConfig, type NatsPermissions } from "./nats-config.ts";

export type NatsOptions = {
  /** Holds nats.conf, nats.log and the streams; a server started there again has them back. */
  dir: string;
  /** The folder of the authority; the server's own identity `service/nats` is issued there when it is missing. */
  certificates: string;
  /** Who may do what; a certificate that is not named here cannot connect. */
  permissions: readonly NatsPermissions[];
  /** Default: a free one, outside the range from which the system hands out ports, so that it stays free in a restart. */
  port?: number;
  /** Path of nats-server. Default: NTD_NATS_SERVER, else what scripts/nats-server finds or fetches. */
  bin?: string;
  /** Told when the server ended by itself and is started again half a second later. Default: it stays down. */
  onRevive?: (how: string) => void;
};

/** A nats-server with JetStream as a child process; on Linux it dies with the process that started it. */
export type Nats = AsyncDisposable & {
  /** For clients: `tls://127.0.0.1:<port>` (a name could lead to ::1 first); the same after a restart. */
  readonly url: string;
  /** Of the running process; 0 when none runs. */
  readonly pid: number;
  /** Sends the signal and waits until the process has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends the process, if it runs, and starts it on the same port and data. */
  restart(): Promise<void>;
  /** Ends the process in good order; after five seconds by force. */
  stop(): Promise<void>;
};

/** Starts a nats-server on loopback and waits until it serves; throws with the end of its log when it does not. */
export async function startNats(options: NatsOptions): Promise<Nats> {
  const dir = resolve(options.dir);
  const bin = options.bin ?? (await natsServer());
  const port = options.port ?? (await freePort());
  const name = `ntd-${randomUUID()}`;
  await mkdir(dir, { recursive: true });
  const identity = resolve(options.certificates, "service-nats");
  if (!existsSync(identity)) await issueIdentity(options.certificates, { kind: "service", name: "nats" });
  const config = natsConfig({ port, name, store: join(dir, "streams"), identity, permissions: options.permissions });
  await writeFile(join(dir, "nats.conf"), config, { mode: 0o600 });

  let child: ChildProcess;
  let wanted = true;
  async function start(): Promise<void> {
    child = await run({ bin, dir, port, name });
    const { onRevive } = options;
    if (onRevive === undefined) return;
    child.once("exit", (code, signal) => {
      if (!wanted) return;
      onRevive(String(signal ?? code));
      setTimeout(() => void (wanted && start().catch((error: unknown) => onRevive(String(error)))), 500);
    });
  }
  await start();
  const kill = (signal: NodeJS.Signals) => {
    wanted = false;
    return end(child, signal);
  };
  const stop = () => kill("SIGTERM");
  return {
    url: `tls://127.0.0.1:${port}`,
    get pid() {
      return running(child) ? (child.pid ?? 0) : 0;
    },
    kill,
    restart: async () => {
      await stop();
      wanted = true;
      await start();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function natsServer(): Promise<string> {
  if (process.env.NTD_NATS_SERVER) return process.env.NTD_NATS_SERVER;
  const script = fileURLToPath(new URL("../../../scripts/nats-server", import.meta.url));
  return (await promisify(execFile)(script)).stdout.trim();
}

type Process = { bin: string; dir: string; port: number; name: string };

// Detached: an interrupt from the keyboard is for the process that started it, which ends the server last. setpriv
// (util-linux) has the kernel end the server when that process is killed and cannot; start it from the main thread.
async function run({ bin, dir, port, name }: Process): Promise<ChildProcess> {
  const command = existsSync("/usr/bin/setpriv") ? ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--", bin] : [bin];
  const log = openSync(join(dir, "nats.log"), "a");
  const child = spawn(command[0] ?? bin, [...command.slice(1), "-c", join(dir, "nats.conf")], {
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  let failure = "";
  child.once("error", (error) => (failure = error.message));
  child.once("exit", (code, signal) => (failure ||= `it ended with ${signal ?? code}`));
  const deadline = Date.now() + startupMs;
  while (!(await greeting(port)).includes(name)) {
    if (!failure && Date.now() > deadline) failure = `it did not serve within ${startupMs / 1000} seconds`;
    if (failure) {
      await end(child, "SIGKILL");
      throw new Error(`nats-server did not start: ${failure}\n${await lastLines(join(dir, "nats.log"))}`);
    }
    await delay(20);
  }
  return child;
}

const startupMs = 20_000;
const graceMs = 5_000;

// The server speaks first and gives its name, so that another process on this port is not taken for it.
async function greeting(port: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, timeout: 1_000 });
  socket.on("timeout", () => socket.destroy());
  try {
    let text = "";
    for await (const chunk of socket) {
      text += String(chunk);
      if (text.includes("\r\n")) break;
    }
    return text;
  } catch {
    return "";
  } finally {
    socket.destroy();
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!running(child)) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const force = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await ended;
  clearTimeout(force);
}

function running(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function lastLines(path: string): Promise<string> {
  return (await readFile(path, "utf8")).trimEnd().split("\n").slice(-5).join("\n");
}

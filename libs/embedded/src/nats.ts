import { execFile, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pemsIn } from "@ntd/service";
import { issueIdentity } from "./certificates/identity.ts";
import { freePort } from "./free-port.ts";
import { natsConfig, type NatsPermissions } from "./nats-config.ts";
import { end, greeted, running, spawnServer, type Process } from "./nats-process.ts";

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
  /** Asked at each start: so many bytes the streams may take of the disk (`max_file_store`). Default: as the server thinks. */
  room?: () => Promise<number> | number | undefined;
  /** Told when the server ended by itself and is started again, later each time that it fails. Default: it stays down. */
  onRevive?: (how: string) => void;
};

/** A nats-server with JetStream as a child process; on Linux it dies with the process that started it. */
export type Nats = AsyncDisposable & {
  /** For clients: `tls://127.0.0.1:<port>` (a name could lead to ::1 first); the same after a restart. */
  readonly url: string;
  /** Of the running process; 0 when none runs. */
  readonly pid: number;
  /** What `room` said last. */
  readonly room: number | undefined;
  /** Sends the signal and waits until the process has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends the process, if it runs, and starts it on the same port and data. */
  restart(): Promise<void>;
  /**
   * Has the server read its configuration and certificates again; more room is taken so, less only by a restart. Where an
   * authority is trusted no more it is restarted: nats-server asks nobody again who is connected.
   */
  reload(room?: number): Promise<void>;
  /** Ends the process in good order; after five seconds by force. */
  stop(): Promise<void>;
};

/** Starts a nats-server on loopback and waits until it serves; throws with the end of its log when it does not. */
export async function startNats(options: NatsOptions): Promise<Nats> {
  const dir = resolve(options.dir);
  const bin = options.bin ?? (await natsServer());
  const port = options.port ?? (await freePort());
  await mkdir(dir, { recursive: true });
  const identity = resolve(options.certificates, "service-nats");
  if (!existsSync(identity)) await issueIdentity(options.certificates, { kind: "service", name: "nats" });
  const server = new Server({ bin, dir, port, name: `ntd-${randomUUID()}` }, identity, options);
  await server.start();
  return server;
}

class Server implements Nats {
  readonly url: string;
  readonly #process: Process;
  readonly #identity: string;
  readonly #options: NatsOptions;
  #room: number | undefined;
  /** What the process trusts, since it was started or told to read it again. */
  #trusted: readonly string[] = [];
  #child: ChildProcess | undefined;
  #wanted = false;
  #reviving: NodeJS.Timeout | undefined;
  /** Told apart, so that what was to be revived is not started beside what was started meanwhile. */
  #generation = 0;

  constructor(process: Process, identity: string, options: NatsOptions) {
    this.#process = process;
    this.#identity = identity;
    this.#options = options;
    this.url = `tls://127.0.0.1:${process.port}`;
  }

  get pid(): number {
    return this.#child !== undefined && running(this.#child) ? (this.#child.pid ?? 0) : 0;
  }

  get room(): number | undefined {
    return this.#room;
  }

  async start(): Promise<void> {
    const mine = ++this.#generation;
    this.#wanted = true;
    await this.#configure(await this.#options.room?.());
    const child = spawnServer(this.#process);
    this.#child = child;
    await greeted(child, this.#process);
    const gone = () => this.#revive(mine, String(child.signalCode ?? child.exitCode), FIRST_PAUSE_MS);
    if (running(child)) child.once("exit", gone);
    else gone();
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#wanted = false;
    // Who is stopped meanwhile has nothing left that would keep the process waiting.
    clearTimeout(this.#reviving);
    if (this.#child !== undefined) await end(this.#child, signal);
  }

  stop(): Promise<void> {
    return this.kill("SIGTERM");
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.#startOrRevive(FIRST_PAUSE_MS);
  }

  async reload(room = this.#room): Promise<void> {
    const before = this.#trusted;
    await this.#configure(room);
    if (before.every((authority) => this.#trusted.includes(authority))) this.#child?.kill("SIGHUP");
    else await this.restart();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #configure(room: number | undefined): Promise<void> {
    this.#room = room;
    this.#trusted = pemsIn(await readFile(join(this.#identity, "ca.pem"), "utf8"));
    const { dir, port, name } = this.#process;
    const { permissions } = this.#options;
    const bounded = room === undefined ? {} : { maxFileStore: room };
    const settings = { port, name, store: join(dir, "streams"), identity: this.#identity, permissions, ...bounded };
    await writeFile(join(dir, "nats.conf"), natsConfig(settings), { mode: 0o600 });
  }

  async #startOrRevive(pauseMs: number): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      this.#revive(this.#generation, String(error), pauseMs);
      throw error;
    }
  }

  #revive(generation: number, how: string, pauseMs: number): void {
    const { onRevive } = this.#options;
    const isStale = () => !this.#wanted || generation !== this.#generation;
    if (onRevive === undefined || isStale()) return;
    onRevive(how);
    this.#reviving = setTimeout(() => {
      if (isStale()) return;
      // It is told by the next try.
      this.#startOrRevive(Math.min(LONGEST_PAUSE_MS, pauseMs * 2)).catch(() => undefined);
    }, pauseMs);
  }
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

async function natsServer(): Promise<string> {
  if (process.env.NTD_NATS_SERVER) return process.env.NTD_NATS_SERVER;
  const script = fileURLToPath(new URL("../../../scripts/nats-server", import.meta.url));
  return (await promisify(execFile)(script)).stdout.trim();
}

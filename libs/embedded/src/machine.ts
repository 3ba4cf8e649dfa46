import { join } from "node:path";
import { applyBus, connectBus, permissions, type Bus } from "@ntd/bus";
import { createLog } from "@ntd/service";
import { serviceEnvironment, storeIn } from "./environment.ts";
import type { Folder } from "./folder.ts";
import { roomFor } from "./nats-room.ts";
import { diskUse, watchNats } from "./nats-watch.ts";
import { startNats, type Nats } from "./nats.ts";

export interface MachineOptions {
  folder: Folder;
  environment: "DEMO" | "LIVE";
  logLevel?: string;
  /** Default: a free one. */
  natsPort?: number;
  /** So much of the disk the streams leave to others, in bytes. Default: a share of it. */
  reserveBytes?: number;
  /** Told what becomes of nats-server, which is then looked after. Default: when it ends it stays down. */
  say?: (line: string) => void;
}

/** Where the platform's services can run: a folder with keys and identities, a bus. */
export interface Machine {
  readonly dir: string;
  readonly nats: { readonly url: string };
  /** Folder of an identity, made at the first call. */
  identity: Folder["identity"];
  /** A service's environment: store, bus, identity, keys; `settings` are added under its prefix. */
  environment(service: string, settings?: Record<string, string>): Promise<Record<string, string>>;
}

/** A machine for real use, with its own nats-server. */
export interface OwnMachine extends Machine, AsyncDisposable {
  readonly nats: Nats;
  /** Connected as operator/admin: may publish and read everything. */
  readonly bus: Bus;
}

/** Starts a nats-server in the folder and declares the catalogue's streams and consumers on it. */
export async function startMachine(options: MachineOptions): Promise<OwnMachine> {
  const { folder, environment, logLevel = "info", natsPort, reserveBytes, say } = options;
  await using stack = new AsyncDisposableStack();
  const dir = join(folder.dir, "nats");
  const nats = stack.use(
    await startNats({
      dir,
      certificates: folder.certificates,
      permissions: permissions("ntd.test", ["admin"]),
      room: async () => roomFor(await diskUse(dir), reserveBytes),
      ...(natsPort !== undefined && { port: natsPort }),
      ...(say && { onRevive: (how) => say(`nats-server ended (${how}); it is started again`) }),
    }),
  );
  const identityDir = await folder.identity("operator", "admin");
  const log = createLog("start", "silent");
  const bus = stack.use(await connectBus({ name: "admin", natsUrl: nats.url, identityDir, log }));
  await applyBus(bus.manager);
  if (say) stack.use(watchNats({ dir, nats, bus, say, ...(reserveBytes !== undefined && { reserveBytes }) }));
  const around = { folder, natsUrl: nats.url, environment, logLevel, storeUrl: storeIn(folder) };
  const running = stack.move();
  return {
    dir: folder.dir,
    nats,
    bus,
    identity: folder.identity,
    environment: (service, settings) => serviceEnvironment(around, service, settings),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

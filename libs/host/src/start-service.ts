import { join } from "node:path";
import { busCheck, connectBus, KEEP_MS, operations, startRelay, startTrimming, type Bus } from "@ntd/bus";
import { BackupServiceService } from "@ntd/proto/operations/v1/backup_service";
import { OperationsServiceService } from "@ntd/proto/operations/v1/operations_service";
import { ReadingServiceService } from "@ntd/proto/operations/v1/reading_service";
import { RestoreServiceService } from "@ntd/proto/operations/v1/restore_service";
import { StatusServiceService } from "@ntd/proto/operations/v1/status_service";
import {
  connect,
  service,
  startRpcServer,
  watchIdentity,
  type Access,
  type Identity,
  type RpcServer,
  type RpcService,
} from "@ntd/rpc";
import { createLog, Health, Problem, systemClock, type CommonConfig } from "@ntd/service";
import { openStore, type Store } from "@ntd/store";
import { backups } from "./backup.ts";
import { follow, readerNamed } from "./follow.ts";
import { startTrimmingReadings } from "./readings/every-minute-trim-readings.ts";
import { listReadings } from "./readings/rpc-list-readings.ts";
import type { Opening, ServiceParts } from "./service-parts.ts";
import { Loops } from "./loops.ts";
import { stillCheck } from "./restored/keep-still.ts";
import { restoreCalls } from "./restored/rpc-restore.ts";
import { withShared } from "./shared-access.ts";
import { getStatus } from "./status.ts";
import { storeCheck } from "./store-check.ts";
import { Together } from "./together.ts";

/** A service that runs. Disposing drains it. */
export interface Running extends AsyncDisposable {
  /** `localhost:port` of the gRPC server; "" when it serves nobody. */
  readonly address: string;
}

/**
 * The one order in which a service starts: store, what `open` makes, bus and relay, gRPC server, loops and consumers,
 * health. It ends in reverse: health says NOT_SERVING, loops and consumers stop taking and finish what is in hand
 * (together), the server lets calls finish, the relay flushes the outbox, the bus drains, and the store closes last. A
 * start that fails gives back what was acquired, in the same order.
 */
export async function startService<C extends CommonConfig, D>(parts: ServiceParts<C, D>): Promise<Running> {
  const { name, config, overrides = {} } = parts;
  const log = overrides.log ?? createLog(name, config.logLevel);
  const clock = overrides.clock ?? systemClock;
  const health = new Health(log, clock);
  const loops = new Loops();
  await using acquired = new AsyncDisposableStack();
  const identity = acquired.use(watchIdentity(config.identityDir, log));
  const store = await storeOf({ name, config, log, health, acquired });
  const deps = await parts.open({
    config,
    log,
    health,
    clock,
    store: store as Opening<C>["store"],
    use: (part) => acquired.use(part),
    peer: (definition, options) => acquired.use(connect(definition, { identityDir: identity, log, ...options })),
    soon: (loop) => loops.soon(loop),
  });
  const host = { name, config, identity, log, health, acquired };
  const bus = await busOf(host);
  const relay = bus && store && acquired.use(startRelay(bus, store, health));
  if (bus && store) {
    const keepMs = "streamKeepMs" in config ? Number(config.streamKeepMs) : KEEP_MS;
    acquired.use(await startTrimming(bus, store, health, readerNamed(name), { clock, keepMs }));
  }
  const readings = parts.readings?.(deps);
  const restored = parts.restored?.(deps);
  if (restored !== undefined) health.add(stillCheck(restored, health));
  const facts = async () => parts.facts?.(deps) ?? {};
  const sealingKeysFile = "sealingKeysFile" in config ? String(config.sealingKeysFile) : "";
  const status = { name, startTime: clock.now(), clock, health, identity, store, bus, sealingKeysFile, facts };
  const own = [
    ...(relay === undefined ? [] : [service(OperationsServiceService, operations(relay))]),
    ...(store === undefined ? [] : [service(BackupServiceService, acquired.use(backups(store, log)))]),
    ...(readings === undefined ? [] : [service(ReadingServiceService, { listReadings: listReadings(readings) })]),
    ...(restored === undefined ? [] : [service(RestoreServiceService, restoreCalls(restored, clock))]),
    service(StatusServiceService, { getStatus: () => getStatus(status) }),
  ];
  const server = await serverOf(host, parts, deps, own);
  const inward = acquired.use(new Together());
  loops.start(parts.loops?.(deps) ?? {}, inward);
  if (readings !== undefined) inward.use(startTrimmingReadings({ readings, days: daysOf(config), clock, log }));
  if (bus && store) await follow(bus, store, readerNamed(name), parts.work?.(deps), parts.tails?.(deps), inward);
  health.start();
  acquired.use(health);
  const running = acquired.move();
  return { address: server?.address ?? "", [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

interface Host {
  name: string;
  config: CommonConfig;
  identity: Identity;
  log: Bus["log"];
  health: Health;
  acquired: AsyncDisposableStack;
}

async function storeOf({ name, config, log, health, acquired }: Omit<Host, "identity">): Promise<Store | undefined> {
  if (!("storeUrl" in config)) return undefined;
  const dir = "journalDir" in config ? String(config.journalDir) : "";
  const journal = dir === "" ? undefined : join(dir, `${name}.journal`);
  const store = acquired.use(await openStore(String(config.storeUrl), { journal }));
  health.add(storeCheck(store, health));
  const { damagedJournalBytes: bytes } = store;
  if (bytes > 0) log.warn({ bytes }, "the journal was damaged: take a backup, an older one may lack what protects");
  return store;
}

function daysOf(config: object): number {
  return "readingsDays" in config ? Number(config.readingsDays) : Infinity;
}

async function busOf({ name, config, identity, log, health, acquired }: Host): Promise<Bus | undefined> {
  if (!("natsUrl" in config)) return undefined;
  const natsUrl = String(config.natsUrl);
  const bus = acquired.use(await connectBus({ name, natsUrl, identityDir: identity, log }));
  health.add(busCheck(bus, readerNamed(name), health));
  return bus;
}

async function serverOf<C extends CommonConfig, D>(
  { config, identity, log, health, acquired }: Host,
  { access = {}, serve, callMs, maxMessageBytes }: ServiceParts<C, D>,
  deps: D,
  shared: readonly RpcService[],
): Promise<RpcServer | undefined> {
  if (serve === undefined) return undefined;
  const services = [...serve(deps), ...shared];
  const rows = withShared(
    access,
    services.flatMap(({ methods }) => methods),
  );
  requireRows(rows, services);
  const limits = { callMs: { ...unhurried, ...callMs }, ...(maxMessageBytes !== undefined && { maxMessageBytes }) };
  const options = { ...config, ...limits, identityDir: identity, access: rows, health, log };
  return acquired.use(await startRpcServer(options, services));
}

/** It writes to every aggregate; nothing lasts longer than a connection. */
const unhurried = { "/ntd.operations.v1.OperationsService/Republish": 3_600_000 };

/** A method that is served and in no table would be refused for everybody: forgotten, not decided. */
function requireRows(access: Access, services: readonly RpcService[]): void {
  const forgotten = services.flatMap(({ methods }) => methods).filter((method) => !Object.hasOwn(access, method));
  if (forgotten.length > 0) throw new Problem("CONFIG_INVALID", `access.ts has no row for ${forgotten.join(", ")}.`);
}

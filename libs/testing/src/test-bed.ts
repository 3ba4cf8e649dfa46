import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applyBus,
  connectBus,
  eventOf,
  permissions,
  toHeaders,
  type ApplyOptions,
  type Bus,
  type Noun,
} from "@ntd/bus";
import {
  prepareFolder,
  published,
  serviceEnvironment,
  startNats,
  storeIn,
  type Folder,
  type Machine,
  type Nats,
  type Published,
} from "@ntd/embedded";
import { createLog } from "@ntd/service";
import { startMongoContainer, startNatsContainer, type ContainerServer } from "./containers.ts";

/** `embedded`: nats-server as a child process and SQLite. `production`: nats-server and MongoDB in containers. */
export type Pairing = "embedded" | "production";

export interface TestBedOptions {
  pairing?: Pairing;
  /** Kept afterwards, and taken up again by the next bed on it. Default: a temporary folder. */
  dir?: string;
  apply?: ApplyOptions;
  environment?: "DEMO" | "TEST";
  /** Embedded: the bound of nats-server on its disk, asked at each of its starts. Default: its own. */
  room?: () => number | undefined;
}

/** A place where services can run: a folder, a certificate authority, keys, a bus with the catalogue applied. */
export interface TestBed extends Machine, AsyncDisposable {
  /** `reload` has it read its certificates again; one in a container has copies of them. */
  readonly nats: ContainerServer & Partial<Pick<Nats, "reload">>;
  /** Connected as operator/test: may publish and read everything. */
  readonly bus: Bus;
  /** Publishes an event as its owner would, under a fresh id unless `id` is given. */
  publish<T>(noun: Noun<T>, verb: string, aggregateId: string, version: number, data: T, id?: string): Promise<void>;
  /** Every message of a noun so far, oldest first. */
  published<T>(noun: Noun<T>): Promise<Published<T>[]>;
}

export async function startTestBed(options: TestBedOptions = {}): Promise<TestBed> {
  await using stack = new AsyncDisposableStack();
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "ntd-test-")));
  if (options.dir === undefined) stack.defer(() => rm(dir, { recursive: true, force: true }));
  const folder = await prepareFolder(dir);
  const { identity } = folder;
  const { nats, storeUrl } = await servers(stack, folder, options);
  const log = createLog("test", "silent");
  const operator = await identity("operator", "test");
  const bus = stack.use(await connectBus({ name: "test", natsUrl: nats.url, identityDir: operator, log }));
  await applyBus(bus.manager, options.apply ?? { ackWaitMs: 1000 });
  const environment = options.environment ?? "TEST";
  const logLevel = process.env["NTD_TEST_LOG"] ?? "silent";
  const around = { folder, natsUrl: nats.url, environment, logLevel, storeUrl };
  const running = stack.move();
  return {
    dir,
    nats,
    bus,
    identity,
    environment: (service, settings) => serviceEnvironment(around, service, { ...alone[service], ...settings }),
    published: (noun) => published(bus, noun),
    async publish(noun, verb, aggregateId, version, data, id) {
      const drawn = eventOf(noun, verb, aggregateId, data, new Date());
      const event = { ...drawn, id: id ?? drawn.id, version };
      await bus.jetstream.publish(event.subject, event.data, { msgID: event.id, headers: toHeaders(event) });
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/** Tests tell what one person's decision leads to; who looks second is told at casework. */
const alone: Readonly<Record<string, Record<string, string>>> = { casework: { SECOND_REVIEW: "none" } };

async function servers(stack: AsyncDisposableStack, folder: Folder, options: TestBedOptions) {
  const { dir, certificates } = folder;
  const allowed = permissions("ntd.test", ["test", "admin"]);
  if (options.pairing !== "production") {
    const { room } = options;
    const around = { certificates, permissions: allowed, ...(room && { room }) };
    const nats = stack.use(await startNats({ dir: join(dir, "nats"), ...around }));
    return { nats, storeUrl: storeIn(folder) };
  }
  const mongo = stack.use(await startMongoContainer());
  const nats = stack.use(await startNatsContainer(certificates, allowed));
  return { nats, storeUrl: (service: string) => `${mongo.url}/ntd_${service.replaceAll("-", "_")}` };
}

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applyBus,
  connectBus,
  eventOf,
  permissions,
  streamOf,
  toHeaders,
  type ApplyOptions,
  type Bus,
  type Noun,
} from "@ntd/bus";
import {
  createAuthority,
  createKeys,
  keySettings,
  freePort,
  issueIdentity,
  startNats,
  type IdentityName,
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
  /** Embedded: the port of nats-server, if it is free. */
  natsPort?: number;
  /** Embedded: a nats-server that ends by itself is started again, and this is told. Default: it stays down. */
  onRevive?: (line: string) => void;
}

/** A place where services can run: a folder, a certificate authority, keys, a bus with the catalogue applied. */
export interface TestBed extends AsyncDisposable {
  readonly dir: string;
  readonly nats: ContainerServer;
  /** Connected as operator/test: may publish and read everything. */
  readonly bus: Bus;
  /** Folder of an identity, made at the first call. */
  identity(kind: IdentityName["kind"], name: string): Promise<string>;
  /** A service's environment: store, bus, identity, keys; `settings` are added under its prefix. */
  environment(service: string, settings?: Record<string, string>): Promise<Record<string, string>>;
  /** Publishes an event as its owner would, under a fresh id unless `id` is given. */
  publish<T>(noun: Noun<T>, verb: string, aggregateId: string, version: number, data: T, id?: string): Promise<void>;
  /** Every message of a noun so far, oldest first. */
  published<T>(noun: Noun<T>): Promise<Published<T>[]>;
}

export interface Published<T> {
  verb: string;
  version: number;
  data: T;
  headers: Record<string, string>;
}

export async function startTestBed(options: TestBedOptions = {}): Promise<TestBed> {
  await using stack = new AsyncDisposableStack();
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "ntd-test-")));
  if (options.dir === undefined) stack.defer(() => rm(dir, { recursive: true, force: true }));
  const certificates = join(dir, "certificates");
  await createAuthority(certificates);
  const identity = identities(certificates);
  const keys = await createKeys(join(dir, "keys"));
  const { nats, storeUrl } = await servers(stack, dir, certificates, options);
  const log = createLog("test", "silent");
  const operator = await identity("operator", "test");
  const bus = stack.use(await connectBus({ name: "test", natsUrl: nats.url, identityDir: operator, log }));
  await applyBus(bus.manager, options.apply ?? { ackWaitMs: 1000 });
  const running = stack.move();
  return {
    dir,
    nats,
    bus,
    identity,
    async environment(service, settings = {}) {
      const own = {
        IDENTITY_DIR: await identity("service", service),
        ...(stateless.has(service) ? {} : { STORE_URL: storeUrl(service) }),
        ...alone[service],
        ...settings,
      };
      return {
        NTD_ENVIRONMENT: options.environment ?? "TEST",
        NTD_NATS_URL: nats.url,
        NTD_LOG_LEVEL: process.env["NTD_TEST_LOG"] ?? "silent",
        ...keySettings(service, keys),
        ...prefixed(service, own),
      };
    },
    published: (noun) => published(bus, noun),
    async publish(noun, verb, aggregateId, version, data, id) {
      const drawn = eventOf(noun, verb, aggregateId, data, new Date());
      const event = { ...drawn, id: id ?? drawn.id, version };
      await bus.jetstream.publish(event.subject, event.data, { msgID: event.id, headers: toHeaders(event) });
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

// Each identity is issued once, also when it is asked for twice at the same time.
function identities(certificates: string): TestBed["identity"] {
  const issued = new Map<string, Promise<string>>();
  const found = async (kind: IdentityName["kind"], name: string) => {
    const dir = join(certificates, `${kind}-${name}`);
    return existsSync(dir) ? dir : (await issueIdentity(certificates, { kind, name })).dir;
  };
  return (kind, name) => {
    const key = `${kind}-${name}`;
    const promise = issued.get(key) ?? found(kind, name);
    issued.set(key, promise);
    return promise;
  };
}

/** Tests and demonstrations tell what one person's decision leads to; who looks second is told at casework. */
const alone: Readonly<Record<string, Record<string, string>>> = { casework: { SECOND_REVIEW: "none" } };

const stateless = new Set(["fingerprint", "icse-link"]);

async function servers(stack: AsyncDisposableStack, dir: string, certificates: string, options: TestBedOptions) {
  const allowed = permissions("ntd.test", ["test", "admin"]);
  if (options.pairing !== "production") {
    const { onRevive } = options;
    const revived = onRevive && {
      onRevive: (how: string) => onRevive(`nats-server ended (${how}); it is started again`),
    };
    const port = await freePort(options.natsPort);
    const nats = stack.use(
      await startNats({ dir: join(dir, "nats"), certificates, permissions: allowed, port, ...revived }),
    );
    return { nats, storeUrl: (service: string) => `file:${join(dir, "stores", service, "store.sqlite")}` };
  }
  const mongo = stack.use(await startMongoContainer());
  const nats = stack.use(await startNatsContainer(certificates, allowed));
  return { nats, storeUrl: (service: string) => `${mongo.url}/ntd_${service.replaceAll("-", "_")}` };
}

function prefixed(service: string, settings: Record<string, string>): Record<string, string> {
  const prefix = service.toUpperCase().replaceAll("-", "_");
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${prefix}_${key}`, value]));
}

/** Read so many at a time: a story that follows 60 reports reads thousands of messages. */
const READ_AT_ONCE = 100;

async function published<T>(bus: Bus, noun: Noun<T>): Promise<Published<T>[]> {
  const stream = streamOf(noun.service);
  const { state } = await bus.manager.streams.info(stream);
  const found: Published<T>[] = [];
  for (let from = Math.max(1, state.first_seq); from <= state.last_seq; from += READ_AT_ONCE) {
    const length = Math.min(READ_AT_ONCE, state.last_seq - from + 1);
    const reads = Array.from({ length }, (_, i) => bus.manager.streams.getMessage(stream, { seq: from + i }));
    for (const stored of await Promise.all(reads)) {
      const [, name, verb = ""] = stored?.subject.split(".") ?? [];
      if (!stored || name !== noun.name) continue;
      const headers = Object.fromEntries([...stored.header].map(([key, values]) => [key, values[0] ?? ""]));
      const version = Number(headers["ce-aggregateversion"]);
      found.push({ verb, version, data: noun.codec.decode(stored.data), headers });
    }
  }
  return found;
}

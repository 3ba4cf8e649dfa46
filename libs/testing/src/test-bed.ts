import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
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
import { createLog } from "@ntd/service";
import { createAuthority, issueIdentity, type IdentityName } from "./certificates.ts";
import { startNats, type Nats } from "./nats.ts";

/** A place where services can run: a folder, a certificate authority, a nats-server with the catalogue applied. */
export interface TestBed extends AsyncDisposable {
  readonly dir: string;
  readonly nats: Nats;
  /** Connected as operator/test: may publish and read everything. */
  readonly bus: Bus;
  /** Folder of an identity, made at the first call. */
  identity(kind: IdentityName["kind"], name: string): Promise<string>;
  /** Environment of a service (`STORE_URL` on SQLite, identity, keys); `settings` are added under its prefix. */
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

export async function startTestBed(apply: ApplyOptions = { ackWaitMs: 1000 }): Promise<TestBed> {
  const dir = await mkdtemp(join(tmpdir(), "ntd-test-"));
  const certificates = join(dir, "certificates");
  await createAuthority(certificates);
  const nats = await startNats({
    dir: join(dir, "nats"),
    certificates,
    permissions: permissions("ntd.test", ["test"]),
  });
  const identity = async (kind: IdentityName["kind"], name: string) =>
    (await issueIdentity(certificates, { kind, name })).dir;
  const log = createLog("test", "silent");
  const bus = await connectBus({
    name: "test",
    natsUrl: nats.url,
    identityDir: await identity("operator", "test"),
    log,
  });
  await applyBus(bus.manager, apply);
  const sealingKeys = { keys: [{ id: "2020-01", key: randomBytes(32).toString("base64") }] };
  await writeFile(join(dir, "sealing-keys.json"), JSON.stringify(sealingKeys));
  return {
    dir,
    nats,
    bus,
    identity,
    async environment(service, settings = {}) {
      const prefix = service.toUpperCase().replaceAll("-", "_");
      const own = {
        IDENTITY_DIR: await identity("service", service),
        STORE_URL: `file:${join(dir, service, "store.sqlite")}`,
        ...settings,
      };
      return {
        NTD_ENVIRONMENT: "TEST",
        NTD_NATS_URL: nats.url,
        NTD_SEALING_KEYS_FILE: join(dir, "sealing-keys.json"),
        NTD_LOG_LEVEL: process.env["NTD_TEST_LOG"] ?? "silent",
        ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`${prefix}_${key}`, value])),
      };
    },
    published: (noun) => published(bus, noun),
    async publish(noun, verb, aggregateId, version, data, id) {
      const drawn = eventOf(noun, verb, aggregateId, data, new Date());
      const event = { ...drawn, id: id ?? drawn.id, version };
      await bus.jetstream.publish(event.subject, event.data, { msgID: event.id, headers: toHeaders(event) });
    },
    async [Symbol.asyncDispose]() {
      await bus[Symbol.asyncDispose]();
      await nats[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function published<T>(bus: Bus, noun: Noun<T>): Promise<Published<T>[]> {
  const stream = streamOf(noun.service);
  const { state } = await bus.manager.streams.info(stream);
  const found: Published<T>[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const stored = await bus.manager.streams.getMessage(stream, { seq });
    const [, name, verb = ""] = stored?.subject.split(".") ?? [];
    if (!stored || name !== noun.name) continue;
    const headers = Object.fromEntries([...stored.header].map(([key, values]) => [key, values[0] ?? ""]));
    found.push({
      verb,
      version: Number(headers["ce-aggregateversion"]),
      data: noun.codec.decode(stored.data),
      headers,
    });
  }
  return found;
}

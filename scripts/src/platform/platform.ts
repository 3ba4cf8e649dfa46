import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort, type Machine } from "@ntd/embedded";
import { servingAsker } from "@ntd/rpc";
import { writeWhole } from "@ntd/service";
import { deployed } from "./deployed.ts";
import { managed, type ManagedProcess } from "./process.ts";
import { whyNotServing } from "./why-not-serving.ts";

/** The platform's services; the agent of a provider runs at the provider. */
export const serviceNames = [
  "fingerprint",
  "icse-link",
  "hotline-link",
  "hashlists",
  "matching",
  "intake",
  "prober",
  "casework",
  "takedown",
  "compliance",
  "browser",
  "exchange",
  "feed",
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Those that run only where they are asked for. */
export type OptionalName = "browser" | "exchange" | "feed";
const optional: ReadonlySet<string> = new Set<OptionalName>(["browser", "exchange", "feed"]);

/** Settings by service, without the service's prefix. */
export type Settings = Partial<Record<ServiceName, Record<string, string>>>;

export interface PlatformOptions {
  settings?: Settings;
  /** Settings that all services share. */
  shared?: Record<string, string>;
  /** Where services listen. Default: a free port each. */
  ports?: Partial<Record<ServiceName, number>>;
  /** Which of the optional services run, too; default none. */
  beside?: readonly OptionalName[];
}

/** Those that run: the optional ones only where they were asked for. */
export const namesOf = (beside: readonly string[]): readonly ServiceName[] =>
  serviceNames.filter((name) => beside.includes(name) || !optional.has(name));

/** Every service as a process of its own, on one bus, over mutual TLS. */
export interface Platform<M extends Machine = Machine> extends AsyncDisposable {
  readonly machine: M;
  /** host:port by service, and "nats" with the bus's url. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<ServiceName, ManagedProcess>>;
  /** The services that run. */
  readonly names: readonly ServiceName[];
  /** Resolves when all services, or those named, say SERVING. Rejects after a minute, and says why they do not. */
  serving(...names: readonly ServiceName[]): Promise<void>;
  /** Other settings, from the next start of a service on; returns those whose settings are others now. */
  resettle(settings: Settings, shared: Record<string, string>): Promise<ServiceName[]>;
}

/** Four threads a process collect garbage unless told otherwise: on few processors they take them from who answers. */
const POOL = `--v8-pool-size=${Math.min(4, Math.max(1, availableParallelism() - 1))}`;

/** From so many bytes on a piece of memory is the system's again once it is freed, and what is free at the end of an arena. */
const GIVEN_BACK = { MALLOC_MMAP_THRESHOLD_: "65536", MALLOC_TRIM_THRESHOLD_: "1048576" };

/**
 * With the default of 16 MB, the garbage of the many calls under way is moved to the old space, where it costs pauses. Of
 * an upload everything is garbage at once: a small young space and one arena hold a third less, at no cost. So do chunks
 * of lists that go back to the system when they are freed: between others, in the arena, they would leave holes.
 */
export const forNode: Partial<Record<ServiceName, Record<string, string>>> = {
  matching: { NODE_OPTIONS: `--max-semi-space-size=32 ${POOL}` },
  hashlists: { NODE_OPTIONS: `--max-semi-space-size=4 ${POOL}`, MALLOC_ARENA_MAX: "1", ...GIVEN_BACK },
};

export async function startPlatform<M extends Machine>(
  machine: M,
  options: PlatformOptions = {},
): Promise<Platform<M>> {
  await using stack = new AsyncDisposableStack();
  const ports = new Map<ServiceName, number>();
  const running = namesOf(options.beside ?? []);
  for (const name of running) ports.set(name, options.ports?.[name] ?? (await freePort()));
  const addresses = Object.fromEntries(running.map((name) => [name, `localhost:${ports.get(name)}`]));
  const own: Settings = {
    matching: { SNAPSHOT_DIR: join(machine.dir, "snapshots") },
    intake: { HELPLINES_FILE: deployed("helplines.yaml"), SENTENCES_FILE: deployed("sentences.yaml") },
  };
  // Both are there from the first day on: whoever must be refused at once is not to wait for a restart.
  const files = {
    NTD_JOURNAL_DIR: join(machine.dir, "journal"),
    NTD_DENY_LIST_FILE: join(machine.dir, "deny-list"),
    NTD_QUOTAS_FILE: deployed("quotas.yaml"),
  };
  await writeFile(files.NTD_DENY_LIST_FILE, "", { flag: "a", mode: 0o600 });
  const environmentOf = async (name: ServiceName, { settings, shared }: PlatformOptions) => {
    const all = { LISTEN: `127.0.0.1:${ports.get(name)}`, ...own[name], ...settings?.[name] };
    const given = { ...(await machine.environment(name, all)), ...addressSettings(addresses), ...files };
    return { ...given, ...shared, ...forNode[name] };
  };
  const services = {} as Record<ServiceName, ManagedProcess>;
  for (const name of running) {
    const environment = await environmentOf(name, options);
    const main = join(import.meta.dirname, `../../../services/${name}/src/main.ts`);
    const logFile = join(machine.dir, "logs", `${name}.log`);
    services[name] = stack.use(managed({ name, main, environment, logFile }));
    services[name].start();
  }
  const endpoints = { ...addresses, nats: machine.nats.url };
  // Whole: by it the next start knows its ports.
  await writeWhole(join(machine.dir, "endpoints.json"), `${JSON.stringify(endpoints, undefined, 2)}\n`);
  const identity = await asking(machine);
  const platform = stack.move();
  return {
    machine,
    endpoints,
    services,
    names: running,
    async serving(...names) {
      const until = performance.now() + SERVING_MS;
      for (const name of names.length === 0 ? running : names)
        await untilServing(services[name], addresses[name] ?? "", identity, until);
    },
    async resettle(settings, shared) {
      const changed: ServiceName[] = [];
      for (const name of running) {
        const environment = await environmentOf(name, { settings, shared });
        if (services[name].resettle(environment)) changed.push(name);
      }
      return changed;
    },
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
}

const SERVING_MS = 60_000;

/** Who asks services whether they serve: nobody else's identity, so that it is on no deny-list and in nobody's quota. */
export function asking(machine: Machine): Promise<string> {
  return machine.identity("service", "start");
}

async function untilServing(service: ManagedProcess, address: string, identity: string, until: number): Promise<void> {
  using asker = servingAsker(address, identity);
  for (;;) {
    const answer = await asker.ask();
    if (answer.says === "serving") return;
    if (performance.now() > until) throw new Error(await whyNotServing(service, answer));
    await delay(20);
  }
}

function addressSettings(addresses: Record<string, string>): Record<string, string> {
  const key = (name: string) => `NTD_${name.toUpperCase().replaceAll("-", "_")}_ADDRESS`;
  return Object.fromEntries(Object.entries(addresses).map(([name, address]) => [key(name), address]));
}

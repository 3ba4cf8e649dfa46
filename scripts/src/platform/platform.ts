import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isServing } from "@ntd/rpc";
import { freePort } from "@ntd/embedded";
import { eventually, startTestBed, type TestBed, type TestBedOptions } from "@ntd/testing";
import { deployed } from "./deployed.ts";
import { managed, type ManagedProcess } from "./process.ts";

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
] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface PlatformOptions extends TestBedOptions {
  /** Settings by service, without the service's prefix. */
  settings?: Partial<Record<ServiceName, Record<string, string>>>;
  /** Settings that all services share. */
  shared?: Record<string, string>;
}

/** Every service as a process of its own, on one bus, over mutual TLS. */
export interface Platform extends AsyncDisposable {
  readonly bed: TestBed;
  /** host:port by service, and "nats" with the bus's url. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<ServiceName, ManagedProcess>>;
  /** Resolves when all services, or those named, say SERVING. */
  serving(...names: readonly ServiceName[]): Promise<void>;
}

/** With the default of 16 MB, the garbage of the many calls under way is moved to the old space, where it costs pauses. */
const forNode: Partial<Record<ServiceName, Record<string, string>>> = {
  matching: { NODE_OPTIONS: "--max-semi-space-size=32" },
};

export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  await using stack = new AsyncDisposableStack();
  const before = options.dir === undefined ? {} : await earlierPorts(options.dir);
  const natsPort = before["nats"] === undefined ? {} : { natsPort: before["nats"] };
  const bed = stack.use(await startTestBed({ ...natsPort, ...options }));
  const ports = new Map<ServiceName, number>();
  for (const name of serviceNames) ports.set(name, await freePort(before[name]));
  const addresses = Object.fromEntries(serviceNames.map((name) => [name, `localhost:${ports.get(name)}`]));
  const shared = { ...addressSettings(addresses), ...options.shared };
  await mkdir(join(bed.dir, "logs"), { recursive: true, mode: 0o700 });
  const services = {} as Record<ServiceName, ManagedProcess>;
  const own: PlatformOptions["settings"] = {
    matching: { SNAPSHOT_DIR: join(bed.dir, "snapshots") },
    intake: { HELPLINES_FILE: deployed("helplines.yaml"), SENTENCES_FILE: deployed("sentences.yaml") },
  };
  for (const name of serviceNames) {
    const settings = { LISTEN: `127.0.0.1:${ports.get(name)}`, ...own[name], ...options.settings?.[name] };
    const environment = { ...(await bed.environment(name, settings)), ...shared, ...forNode[name] };
    const main = join(import.meta.dirname, `../../../services/${name}/src/main.ts`);
    const logFile = join(bed.dir, "logs", `${name}.log`);
    services[name] = stack.use(
      managed({ name, main, environment, logFile, ...(options.onRevive && { onRevive: options.onRevive }) }),
    );
    services[name].start();
  }
  const endpoints = { ...addresses, nats: bed.nats.url };
  await writeFile(join(bed.dir, "endpoints.json"), `${JSON.stringify(endpoints, undefined, 2)}\n`);
  const operator = await bed.identity("operator", "admin");
  const platform = stack.move();
  return {
    bed,
    endpoints,
    services,
    async serving(...names) {
      for (const name of names.length === 0 ? serviceNames : names) {
        await eventually(`${name} says SERVING`, () => isServing(addresses[name] ?? "", operator), 60_000);
      }
    },
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
}

// The same ports at each start on the same folder: a provider's agent is set up once.
async function earlierPorts(dir: string): Promise<Record<string, number>> {
  try {
    const endpoints = JSON.parse(await readFile(join(dir, "endpoints.json"), "utf8")) as Record<string, string>;
    return Object.fromEntries(Object.entries(endpoints).map(([name, at]) => [name, Number(at.split(":").at(-1))]));
  } catch {
    return {};
  }
}

function addressSettings(addresses: Record<string, string>): Record<string, string> {
  const key = (name: string) => `NTD_${name.toUpperCase().replaceAll("-", "_")}_ADDRESS`;
  return Object.fromEntries(Object.entries(addresses).map(([name, address]) => [key(name), address]));
}

import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { nouns } from "@ntd/bus";
import type { Case } from "@ntd/proto/casework/v1/case";
import type { Target } from "@ntd/proto/prober/v1/target";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import { ReportServiceService, type SubmitReportRequest } from "@ntd/proto/intake/v1/report_service";
import { isServing, type connect, type RpcClient } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { freePort, type IdentityName } from "@ntd/embedded";
import { eventually, startTestBed, type Pairing, type TestBed } from "@ntd/testing";
import { clientsOf } from "./clients.ts";
import { listPictures, putProvider } from "./seed.ts";
import { startBrowserEye, starts, type ServiceName } from "./services.ts";
import { startWebHost, type WebHost } from "./web-host.ts";

type Definition = Parameters<typeof connect>[0];

/** All services in this process on a clock that the test moves, real servers, a web host under provider domains. */
export interface Stage extends AsyncDisposable {
  readonly bed: TestBed;
  readonly clock: MovableClock;
  readonly host: WebHost;
  /** A client of a service with somebody's certificate; closed with the stage. */
  client<D extends Definition>(
    definition: D,
    service: ServiceName,
    kind: IdentityName["kind"],
    name: string,
  ): Promise<RpcClient<D>>;
  /** Also of the browser, where there is one. */
  address(service: ServiceName | "browser"): string;
  /** Read by every service again when it changes. */
  readonly denyListFile: string;
  stop(service: ServiceName): Promise<void>;
  start(service: ServiceName): Promise<void>;
  /** An address of `domain` on the web host. */
  url(domain: string, path: string): string;
  /** Reports one address as the public does; the report's name. */
  report(url: string, more?: Partial<SubmitReportRequest>): Promise<string>;
  /** The newest published states of the target, case and notices that came of a report's first address. */
  facts(reportName: string): Promise<Facts>;
  /** Lists pictures: uploaded by amina, approved and activated by budi. Returns the release id. */
  list(setId: string, pictures: readonly Uint8Array[], policy?: Partial<ListPolicy>): Promise<string>;
  registerProvider(id: string, domain: string): Promise<void>;
  /** Moves the clock until the prober has asked for `path` in `slots` further slots. */
  passSlots(path: string, slots: number): Promise<void>;
  /** Moves the clock slot by slot until the platform says that the report's first address is gone. */
  untilGone(reportName: string): Promise<void>;
}

/** Under which the web host is found. */
export const DOMAINS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];

/** Found by another address of this machine, as a host in another country is. */
export const ABROAD = "abroad";
/** What registries say of both: `COUNTRIES_FILES` of the prober. */
const COUNTRIES = "127.0.0.1,127.0.0.1,MY\n127.0.0.2,127.0.0.2,NL\n";

/** The prober's slot on every stage, in the clock's milliseconds. */
export const SLOT_MS = 60_000;

export interface Facts {
  target: Target | undefined;
  case: Case | undefined;
  /** Of all episodes, oldest first. */
  cases: Case[];
  notices: Notice[];
}

export interface ListPolicy {
  autoIssue: boolean;
  minVotes: number;
  negative: boolean;
}

export interface StageOptions {
  pairing?: Pairing;
  settings?: Partial<Record<ServiceName, Record<string, string>>>;
  /** Whole variables for one service, such as a key file of its own. */
  environment?: (service: ServiceName, bed: TestBed) => Promise<Record<string, string>>;
  /** Whether pages are opened in a browser, too; default not. */
  browser?: boolean;
}

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed({ pairing: options.pairing ?? "embedded" }));
  const host = stack.use(await startWebHost());
  const clock = new MovableClock();
  const { start, stop, address } = await startServices(stack, bed, clock, options);
  const client = clientsOf(stack, bed, address);
  const owner = stack.move();
  const stage: Stage = {
    bed,
    clock,
    host,
    address,
    denyListFile: join(bed.dir, "deny-list"),
    start,
    stop,
    client,
    url: (domain, path) => `http://pictures.${domain}.example:${host.port}${path}`,
    report: (url, more) => submit(stage, url, more),
    facts: (reportName) => factsOf(bed, reportName),
    list: (setId, pictures, policy) => listPictures(stage, setId, pictures, policy),
    registerProvider: (id, domain) => putProvider(stage, id, domain),
    passSlots: (path, slots) => passSlots(stage, path, slots),
    untilGone: (reportName) => untilGone(stage, reportName),
    [Symbol.asyncDispose]: () => owner[Symbol.asyncDispose](),
  };
  return stage;
}

async function startServices(stack: AsyncDisposableStack, bed: TestBed, clock: MovableClock, options: StageOptions) {
  const names = Object.keys(starts) as ServiceName[];
  const hostsFile = join(bed.dir, "hosts");
  const here = DOMAINS.map((name) => `127.0.0.1 pictures.${name}.example`);
  await writeFile(hostsFile, [...here, `127.0.0.2 pictures.${ABROAD}.example`].join("\n"));
  const countriesFile = join(bed.dir, "countries.csv");
  await writeFile(countriesFile, COUNTRIES);
  const denyList = join(bed.dir, "deny-list");
  await writeFile(denyList, "");
  const ports = new Map<string, number>();
  for (const name of options.browser === true ? [...names, "browser"] : names) ports.set(name, await freePort());
  const address = (name: ServiceName | "browser") => `localhost:${ports.get(name)}`;
  const running = new Map<ServiceName, AsyncDisposable>();
  const loopback = {
    HOSTS_FILE: hostsFile,
    COUNTRIES_FILES: countriesFile,
    ALLOW_NETWORKS: "127.0.0.0/8",
    ALLOW_PORTS: "1-65535",
    SLOT_MS: String(SLOT_MS),
  };
  if (options.browser === true)
    stack.use(await startBrowserEye(bed, `127.0.0.1:${ports.get("browser")}`, hostsFile, clock));
  async function start(name: ServiceName): Promise<void> {
    const own = {
      LISTEN: `127.0.0.1:${ports.get(name)}`,
      ...(name === "prober" ? loopback : {}),
      // Stories tell what follows a decision; that it can be undone before is told at casework.
      ...(name === "casework" ? { HOLD_BACK_MS: "0" } : {}),
      ...options.settings?.[name],
    };
    const environment = {
      ...(await bed.environment(name, own)),
      ...addressSettings(ports),
      NTD_DENY_LIST_FILE: denyList,
      ...(await options.environment?.(name, bed)),
    };
    running.set(name, await starts[name](environment, clock));
  }
  async function stop(name: ServiceName): Promise<void> {
    await running.get(name)?.[Symbol.asyncDispose]();
    running.delete(name);
  }
  stack.defer(async () => {
    for (const name of names.toReversed()) await stop(name);
  });
  for (const name of names) await start(name);
  const operator = await bed.identity("operator", "admin");
  for (const name of names) await eventually(`${name} serves`, () => isServing(address(name), operator), 30_000);
  return { start, stop, address };
}

function addressSettings(ports: ReadonlyMap<string, number>): Record<string, string> {
  return Object.fromEntries(
    [...ports].map(([name, port]) => [`NTD_${name.toUpperCase().replaceAll("-", "_")}_ADDRESS`, `localhost:${port}`]),
  );
}

// One step is a slot; a slot may pass without a probe, since each address has its own place in it.
async function passSlots(stage: Stage, path: string, slots: number): Promise<void> {
  for (let passed = 0; passed < slots; passed++) {
    const before = stage.host.requests(path);
    stage.clock.advance(SLOT_MS);
    await eventually(
      `a probe of ${path} in the next slot`,
      async () => stage.host.requests(path) > before || moved(stage),
    );
  }
}

// It takes k slots, and the clock is moved by no more than two in a second.
async function untilGone(stage: Stage, reportName: string): Promise<void> {
  await eventually(
    "the platform says gone",
    async () => {
      const { target } = await stage.facts(reportName);
      return target?.state === "TARGET_STATE_GONE" || moved(stage);
    },
    60_000,
  );
}

async function moved(stage: Stage): Promise<false> {
  await delay(500);
  stage.clock.advance(SLOT_MS / 4);
  return false;
}

async function submit(stage: Stage, url: string, more: Partial<SubmitReportRequest> = {}): Promise<string> {
  const intake = await stage.client(ReportServiceService, "intake", "reporter", "public");
  const target = { url, observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE" as const, fingerprints: [] };
  const { name } = await intake.submitReport({
    requestId: randomUUID(),
    channel: "CHANNEL_PUBLIC",
    targets: [target],
    description: "",
    threat: undefined,
    language: "en",
    ...more,
  });
  return name;
}

// What comes last is read first, so that a notice is never seen without the decision that led to it.
async function factsOf(bed: TestBed, reportName: string): Promise<Facts> {
  const notices = await bed.published(nouns.notice);
  const cases = await bed.published(nouns.case);
  const targets = await bed.published(nouns.target);
  const reports = await bed.published(nouns.report);
  const targetId = reports.find(({ data }) => `reports/${data.reportId}` === reportName)?.data.targets[0]?.targetId;
  const ownCases = newest(
    cases.filter(({ data }) => data.targetId === targetId),
    (c) => c.caseId,
  );
  const ownNotices = newest(
    notices.filter(({ data }) => data.targets[0]?.targetId === targetId),
    (n) => n.noticeId,
  );
  const target = targets.findLast(({ data }) => data.targetId === targetId)?.data;
  return { target, case: ownCases.at(-1), cases: ownCases, notices: ownNotices };
}

function newest<T>(events: readonly { data: T }[], key: (data: T) => string): T[] {
  return [...new Map(events.map(({ data }) => [key(data), data])).values()];
}

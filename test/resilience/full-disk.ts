import { randomUUID } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectBus, listDeadLetters, type Noun } from "@ntd/bus";
import { prepareFolder, published } from "@ntd/embedded";
import { generatePicture } from "@ntd/imagehash/generated";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { StatusServiceService } from "@ntd/proto/operations/v1/status_service";
import { connect, problemOf, type RpcClient } from "@ntd/rpc";
import { startProvider } from "@ntd/scripts/demo-provider";
import { createLog } from "@ntd/service";
import { eventually } from "@ntd/testing";
import type { SmallDisk } from "@ntd/testing/small-disk";
import { listPictures, NOBODY, siteOf, type Site } from "../kernel/path.ts";
import { nothingPending } from "../nothing-pending.ts";
import { startProgram } from "../started.ts";
import { doubledNotices, endsOf, type Ends } from "./ends.ts";
import { poisoned } from "./poison.ts";
import { LISTED, reportsOf } from "./reports.ts";
import { publishAll, submitAll } from "./submit.ts";

export interface FullDisk {
  /** On another disk: the configuration, and what is the provider's. */
  dir: string;
  disk: SmallDisk;
  /** On the small disk. */
  data: string;
  seed: number;
  reports: number;
  /** Reports come within this time; the disk is full after a quarter of it. */
  forMs: number;
  /** So long there is no room. */
  fullMs: number;
}

/** What became of it. */
export interface Filled {
  ends: Ends;
  doubled: string[];
  /** Event ids of what was given up, and that of what nobody can read, which the bus was sent while there was no room. */
  letters: string[];
  poison: string;
  /** Reasons that a reporter was told while the disk was full. */
  refusals: string[];
  /** By service, while it was full: what it said it does without. */
  degraded: Record<string, string[]>;
  /** What `./scripts/start` said since it served. */
  said: string[];
  /** From the moment there was room until all had ended. */
  settledMs: number;
}

const SETTLING_MS = 120_000;

/** Reports come to `./scripts/start` while its disk is full; then there is room, and nobody does anything. */
export async function fullDisk(options: FullDisk): Promise<Filled> {
  const { dir, disk, data, seed, forMs, fullMs } = options;
  await using started = await startProgram(data, join(dir, "start.yaml"), await configured(dir));
  const before = started.said().length;
  await mkdir(join(dir, "logs"));
  await using there = await siteIn(data, dir);
  const { site } = there;
  const pictures = await Promise.all(Array.from({ length: LISTED }, (_, n) => generatePicture(n)));
  await listPictures(site, "known", pictures);
  const reports = reportsOf(options.reports, seed);
  const submitted = submitAll(site, await publishAll(site, reports), forMs);
  submitted.catch(() => undefined);
  await delay(forMs / 4);
  disk.fill();
  const poisoning = poisoned(site);
  poisoning.catch(() => undefined);
  const told = await filled(site, disk, fullMs);
  const cleared = performance.now();
  const [names, poison] = await Promise.all([submitted, poisoning]);
  const ends = await eventually("every report ends", () => endsOf(site, reports, names), SETTLING_MS);
  await eventually("nothing is pending", () => nothingPending(site.platform.machine.bus), 60_000);
  const letters = (await listDeadLetters(site.platform.machine.bus)).map(({ eventId }) => eventId);
  await eventually("nothing is degraded", () => soundAgain(site), 60_000);
  const said = started.said().slice(before).split("\n");
  const settledMs = performance.now() - cleared;
  return { ends, doubled: await doubledNotices(site), letters, poison, ...told, said, settledMs };
}

/** Fills the disk, again and again: what is put aside meanwhile is no room for others. */
async function filled(site: Site, disk: SmallDisk, fullMs: number): Promise<Pick<Filled, "refusals" | "degraded">> {
  // On one connection: those who come again and again, each time on another, use up what the public may have.
  const identityDir = await site.platform.machine.identity("reporter", "lookout");
  await using client = connect(ReportServiceService, { address: site.platform.endpoints["intake"] ?? "", identityDir });
  const refusals = new Set<string>();
  const degraded: Record<string, Set<string>> = {};
  const until = performance.now() + fullMs;
  while (performance.now() < until) {
    disk.fill();
    refusals.add(await refusalOf(site, client));
    for (const [name, causes] of Object.entries(await degradedOf(site)))
      for (const cause of causes) (degraded[name] ??= new Set()).add(cause);
    await delay(100);
  }
  disk.clear();
  refusals.delete("");
  const listed = Object.entries(degraded).map(([name, causes]) => [name, [...causes]] as [string, string[]]);
  return { refusals: [...refusals], degraded: Object.fromEntries(listed) };
}

/** Why a report of an address that is reported anyway is not taken; "" when it is. */
async function refusalOf({ provider }: Site, client: RpcClient<typeof ReportServiceService>): Promise<string> {
  const url = provider.urlOf("report-0.jpg");
  const target = { url, observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE" as const, fingerprints: [] };
  const rest = { channel: "CHANNEL_PUBLIC", description: "", threat: undefined, language: "en" } as const;
  return client.submitReport({ requestId: randomUUID(), targets: [target], ...rest }).then(
    () => "",
    (error: unknown) => problemOf(error).reason,
  );
}

/** What each service that answers says it does without. */
async function degradedOf({ platform }: Site): Promise<Record<string, string[]>> {
  const identityDir = await platform.machine.identity("operator", "admin");
  const services = Object.entries(platform.endpoints).filter(([name]) => name !== "nats");
  const asked = services.map(async ([name, address]) => {
    await using client = connect(StatusServiceService, { address, identityDir });
    const status = await client.getStatus({}).catch(() => undefined);
    const causes = status?.degradedCauses.map(({ cause }) => cause) ?? ["silent"];
    // What stands in for others' systems says so all the time.
    return [name, causes.filter((cause) => cause !== "STUB")] as const;
  });
  return Object.fromEntries(await Promise.all(asked));
}

/** @throws Error that says what, while a service does without something. */
async function soundAgain(site: Site): Promise<true> {
  const degraded = await degradedOf(site);
  if (Object.values(degraded).flat().length === 0) return true;
  throw new Error(JSON.stringify(degraded));
}

async function siteIn(data: string, dir: string): Promise<AsyncDisposable & { site: Site }> {
  await using stack = new AsyncDisposableStack();
  const endpoints = JSON.parse(await readFile(join(data, "endpoints.json"), "utf8")) as Record<string, string>;
  const { identity } = await prepareFolder(data);
  const identityDir = await identity("operator", "admin");
  // What is issued later finds no room.
  for (const name of ["public", "lookout"]) await identity("reporter", name);
  const log = createLog("test", "silent");
  const bus = stack.use(await connectBus({ name: "admin", natsUrl: endpoints["nats"] ?? "", identityDir, log }));
  const machine = { dir, identity, bus, published: <T>(noun: Noun<T>) => published(bus, noun) };
  const platform = { machine, endpoints };
  const provider = stack.use(await startProvider(platform, "alpha", "127.0.0.2"));
  provider.agent.start();
  const site = await siteOf(platform, provider);
  const running = stack.move();
  return { site, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

/** Where the hosts of the reports are, and how soon the prober looks again; `./scripts/start` reads it as YAML. */
async function configured(dir: string): Promise<string> {
  const hosts = join(dir, "hosts");
  await writeFile(hosts, `127.0.0.2 pictures.alpha.example\n127.0.0.2 pictures.${NOBODY}\n`);
  const prober = {
    hosts_file: hosts,
    allow_networks: "127.0.0.0/8",
    allow_ports: "1-65535",
    slot_ms: 2000,
    slots_required: 2,
    lease_ms: 15_000,
    fetch_timeout_ms: 2000,
    fingerprint_timeout_ms: 5000,
  };
  // A rate at which machines are stopped would be another end than the one that is fixed.
  const casework = { hold_back_ms: 300, second_review: "none", auto_per_minute: 100_000 };
  return `services: ${JSON.stringify({ prober, casework })}\n`;
}

// What one report costs from SubmitReport to the provider's receipt, through the real processes on this machine, with
// generator and web hosts beside them. `-- long` adds 20,000 reports and the slope of the memory.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { connect } from "@ntd/rpc";
import { floorOf, published, writesBelow, type Counted } from "./pipeline-floor.ts";
import { startLoad, type Load } from "./pipeline-load.ts";
import { HOSTS, quietDown, SETS, startPipeline, type PipelineStage } from "./pipeline-stage.ts";
import { usageByProgram, type Usage } from "./processes.ts";
import { atLeast, atMost, quantile, report, stated, type Figure } from "./report.ts";

const long = process.argv.includes("long");
const PROVIDERS = 10;

const figures: Figure[] = [
  stated("web hosts", HOSTS, ""),
  stated("sets", SETS, ""),
  stated("providers", PROVIDERS, ""),
];
await using folders = new AsyncDisposableStack();
const many = await measureMany(await folder());
figures.push(...many);
figures.push(...(await measureOne(await folder())));
report("pipeline", figures);

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "ntd-bench-"));
  folders.defer(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function measureMany(dir: string): Promise<Figure[]> {
  const made: Figure[] = [];
  let [reports, messages, bytes] = [0, 0, 0];
  let endToEnd = 0;
  {
    await using stage = await startPipeline(dir, { providers: PROVIDERS });
    using load = startLoad(stage);
    // The first ones compile code, open connections and fill caches.
    await load.atMost(8, 100);
    const quiet = await load.atRate(5, 60);
    made.push(stated("5 reports/s: SubmitReport to receipt, p50", quantile(quiet.times, 0.5), "ms"));
    made.push(stated("5 reports/s: SubmitReport to receipt, p99", quantile(quiet.times, 0.99), "ms"));
    const throughput = await measureThroughput(stage, load);
    endToEnd = throughput.perSecond;
    made.push(...throughput.figures);
    made.push(await measureIdleStreams(stage));
    if (long) made.push(...(await measureMemory(stage, load)));
    reports = load.sent();
    ({ messages, bytes } = await published(stage.platform.machine.bus));
  }
  const stores = writesBelow(dir, reports);
  const counted = { stores, publishes: messages / reports, publishBytes: Math.round(bytes / messages) };
  const floor = await floorOf(counted);
  return [
    ...made,
    stated("acknowledged publishes a report", counted.publishes, ""),
    stated(
      "durable writes a report",
      stores.reduce((sum, { writes }) => sum + writes, 0),
      "",
    ),
    ...[...writesBy(stores)].map(([name, writes]) => stated(`durable writes a report: ${name}`, writes, "")),
    stated("floor: the same writes and publishes alone", floor, "reports/s"),
    atLeast("reports end to end, of the floor", (100 * endToEnd) / floor, "%", 40),
  ];
}

/** By program: the agents of all providers are one. */
function writesBy(stores: Counted["stores"]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { name, writes } of stores) {
    const program = name.startsWith("agent-") ? "isp-agent" : name;
    sums.set(program, (sums.get(program) ?? 0) + writes);
  }
  return sums;
}

async function measureOne(dir: string): Promise<Figure[]> {
  await using stage = await startPipeline(dir, { providers: 1 });
  using load = startLoad(stage);
  await load.atMost(8, 100);
  const one = await load.atRate(20, 600);
  return [
    stated("20 reports/s to one provider: p50", quantile(one.times, 0.5), "ms"),
    atMost("20 reports/s to one provider: p99", quantile(one.times, 0.99), "ms", 300),
    stated("20 reports/s to one provider: receipts", one.perSecond, "/s"),
  ];
}

async function measureThroughput(stage: PipelineStage, load: Load) {
  await quietDown(stage);
  const before = usageByProgram();
  const count = 900;
  const batch = await load.atMost(64, count);
  const receipts = usageByProgram();
  await quietDown(stage);
  const after = usageByProgram();
  const cost = (name: string, at: Map<string, Usage>) =>
    ((at.get(name)?.processorMs ?? 0) - (before.get(name)?.processorMs ?? 0)) / count;
  const names = [...after.keys()].toSorted((a, b) => cost(b, after) - cost(a, after));
  const total = (at: Map<string, Usage>) => names.reduce((sum, name) => sum + cost(name, at), 0);
  const figures = [
    atLeast("reports end to end", batch.perSecond, "/s", 30),
    stated("the slowest fifth of it", Math.min(...batch.fifths), "/s"),
    atMost("processor time a report, all that follows the receipt included", total(after), "ms", 50),
    stated("processor time a report until the last receipt", total(receipts), "ms"),
    ...names.map((name) => stated(`processor time a report: ${name}`, cost(name, after), "ms")),
  ];
  return { figures, perSecond: batch.perSecond };
}

/** What takedown takes of a core while a thousand streams wait for notices, beside those of the agents. */
async function measureIdleStreams({ platform }: PipelineStage): Promise<Figure> {
  const streams = 1000;
  const stop = new AbortController();
  await using client = connect(NoticeServiceService, {
    address: platform.endpoints["takedown"] ?? "",
    identityDir: await platform.machine.identity("isp", "p0"),
  });
  const waiting = Array.from({ length: streams }, async () => {
    for await (const _ of client.watchNotices({ maxInFlight: 1, understands: [] }, { signal: stop.signal }));
  });
  const ended = Promise.allSettled(waiting);
  const used = () => usageByProgram().get("takedown")?.processorMs ?? 0;
  // Opening them is over, and a heartbeat of each is in what is measured.
  await delay(10_000);
  const [before, began] = [used(), performance.now()];
  await delay(70_000);
  const share = (100 * (used() - before)) / (performance.now() - began);
  stop.abort();
  await ended;
  return atMost(`takedown with ${streams} idle streams, share of a core`, share, "%", 1);
}

async function measureMemory(stage: PipelineStage, load: Load): Promise<Figure[]> {
  const resident = () => new Map([...usageByProgram()].map(([name, usage]) => [name, usage.memoryMb]));
  const seen: Map<string, number>[] = [];
  for (let batch = 0; batch < 10; batch++) {
    await load.atMost(64, 2000);
    seen.push(resident());
  }
  // The first half fills caches and pools; the slope is that of the second.
  return [...(seen.at(-1)?.keys() ?? [])].map((name) => {
    const [half, end] = [seen[4]?.get(name) ?? 0, seen[9]?.get(name) ?? 0];
    return stated(
      `memory after 20,000 reports: ${name} (${end.toFixed(0)} MB), slope`,
      (end - half) / 10,
      "MB a 1,000",
    );
  });
}

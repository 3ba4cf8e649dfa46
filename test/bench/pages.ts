// What a page of 50 pictures costs from its report to the verdicts, through the real processes on this machine, with its
// hosts and the reporter in this one; beside it, in the same run, what fetching and fingerprinting the same pictures costs.
// `-- profile FOLDER` leaves profiles there of all that has a hand in it, but for fingerprint: decoders may write nothing.
import { mkdtemp, rm } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { perceptualHashes } from "@ntd/imagehash";
import { generatePicture } from "@ntd/imagehash/generated";
import { FingerprintServiceService } from "@ntd/proto/fingerprint/v1/fingerprint_service";
import { connect } from "@ntd/rpc";
import { atOnce } from "@ntd/service";
import { reportPage, STEPS, type PageRun } from "./pages-stage.ts";
import { quietDown, startPipeline, type PipelineStage } from "./pipeline-stage.ts";
import { usageByProgram } from "./processes.ts";
import { atMost, quantile, report, stated, type Figure } from "./report.ts";

const PICTURES = 50;
const PAGES = 7;
/** Of these alone the code is not yet compiled, nor are connections open. */
const WARM_UP = 2;
/** Half a megapixel. */
const SIZE = { width: 816, height: 612 };
/** Media of a page that the prober has under way. */
const AT_ONCE = 4;

const [, profile] = process.argv.slice(process.argv.indexOf("profile"));

const pictures = await Promise.all(Array.from({ length: PICTURES }, (_, n) => generatePicture(50_000 + n, SIZE)));
// What stands behind a picture's end makes it another file, which nobody has seen: each page shows as many new ones.
const galleries = Array.from({ length: PAGES + WARM_UP }, (_, page) =>
  pictures.map((picture) => Buffer.concat([picture, Buffer.from(`page ${page}`)])),
);
const dir = await mkdtemp(join(tmpdir(), "ntd-bench-"));
try {
  await using stage = await startPipeline(dir, { providers: 1, sets: 1, agents: false });
  if (process.argv.includes("profile")) await startProfiled(stage, profile ?? ".");
  const runs: PageRun[] = [];
  const alone: Floor[] = [];
  for (const [nth, shown] of galleries.entries()) {
    const run = await reportPage(stage, nth, shown);
    if (run.counts.unknown !== PICTURES) throw new Error(`not all were looked up: ${JSON.stringify(run.counts)}`);
    await quietDown(stage);
    if (nth < WARM_UP) continue;
    runs.push(run);
    alone.push(await floorOf(stage, shown));
    await delay(1000);
  }
  report("pages", [...figuresOf(runs), ...floorFigures(alone)]);
} finally {
  await rm(dir, { recursive: true, force: true });
}

async function startProfiled({ platform }: PipelineStage, folder: string): Promise<void> {
  for (const name of ["intake", "prober", "matching", "casework"] as const) {
    await platform.services[name].end();
    platform.services[name].start({ NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${join(folder, name)}` });
  }
  await platform.serving();
}

function figuresOf(runs: readonly PageRun[]): Figure[] {
  const median = (of: (run: PageRun) => number) => quantile(runs.map(of), 0.5);
  const total = ({ processorMs }: PageRun) => [...processorMs.values()].reduce((sum, ms) => sum + ms, 0);
  const verdicts = (run: PageRun) => (run.steps.get("casework tells its verdicts") ?? Number.NaN) / 1000;
  const programs = [...(runs[0]?.processorMs.keys() ?? [])];
  const taken = (program: string) => median(({ processorMs }) => processorMs.get(program) ?? 0);
  return [
    stated("pages", runs.length, ""),
    stated("pictures of 0.5 MP on each", PICTURES, ""),
    atMost("from its report to the verdicts, median", median(verdicts), "s", 3),
    atMost("the same, the slowest page", Math.max(...runs.map(verdicts)), "s", 3),
    atMost("processor time of all programs until then, median", median(total) / 1000, "s", 1.5),
    ...programs
      .toSorted((a, b) => taken(b) - taken(a))
      .map((program) => stated(`of it ${program}`, taken(program), "ms")),
    ...STEPS.map((step) =>
      stated(
        `after its report ${step}`,
        median(({ steps }) => steps.get(step) ?? Number.NaN),
        "ms",
      ),
    ),
  ];
}

/** The same pictures without a platform around them. */
interface Floor {
  fetchMs: number;
  fetchProcessorMs: number;
  serviceMs: number;
  serviceProcessorMs: number;
  hashMs: number;
}

async function floorOf({ hosts, platform }: PipelineStage, pictures: readonly Buffer[]): Promise<Floor> {
  const urls = pictures.map((picture, n) => hosts.publish(1, `/floor/${n}.jpg`, picture));
  const fetching = await timed(() => atOnce(urls, AT_ONCE, fetched));
  await using client = connect(FingerprintServiceService, {
    address: platform.endpoints["fingerprint"] ?? "",
    identityDir: await platform.machine.identity("service", "prober"),
  });
  const used = () => usageByProgram().get("fingerprint")?.processorMs ?? 0;
  const before = used();
  const asking = await timed(() => atOnce(pictures, AT_ONCE, (content) => client.computeFingerprints({ content })));
  const serviceProcessorMs = used() - before;
  const hashing = await timed(async () => {
    for (const picture of pictures) await perceptualHashes(picture);
  });
  return {
    fetchMs: fetching.ms,
    fetchProcessorMs: fetching.processorMs,
    serviceMs: asking.ms,
    serviceProcessorMs,
    hashMs: hashing.processorMs,
  };
}

async function timed(work: () => Promise<unknown>): Promise<{ ms: number; processorMs: number }> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - began, processorMs: (user + system) / 1000 };
}

async function fetched(url: string): Promise<void> {
  const { hostname, port, pathname } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const options = { host: "127.0.0.1", port, path: pathname, headers: { host: hostname } };
  get(options, (answer) => answer.on("end", resolve).on("error", reject).resume()).on("error", reject);
  return promise;
}

function floorFigures(alone: readonly Floor[]): Figure[] {
  const median = (of: keyof Floor) =>
    quantile(
      alone.map((one) => one[of]),
      0.5,
    );
  return [
    stated("fetched alone, node:http: until the last", median("fetchMs"), "ms"),
    stated("the same, processor time, their host's included", median("fetchProcessorMs"), "ms"),
    stated("fingerprint service alone: until the last", median("serviceMs"), "ms"),
    stated("the same, processor time of the service and its decoders", median("serviceProcessorMs"), "ms"),
    stated("decoded and hashed in one process: processor time", median("hashMs"), "ms"),
  ];
}

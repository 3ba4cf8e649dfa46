import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, prepareFolder, startMachine } from "@ntd/embedded";
import { commandLine } from "./demo/command-line.ts";
import { neverSilent } from "./demo/never-silent.ts";
import { followReports, type Outcome } from "./demo/course.ts";
import { filmOf } from "./demo/film.ts";
import { browsers, startHost, type DemoHost } from "./demo/host.ts";
import { startProvider } from "./demo/provider.ts";
import { plannedReports } from "./demo/plan.ts";
import { prepareReports, sendReports } from "./demo/reports.ts";
import { printResult } from "./demo/result.ts";
import { seedSets } from "./demo/seed.ts";
import { exampleSchemes, withSchemes } from "./platform/example-schemes.ts";
import { aborted, interrupted } from "./platform/interrupted.ts";
import { startPlatform, type Platform } from "./platform/platform.ts";

const keep = process.argv.includes("--keep");
const stop = interrupted();
const began = performance.now();
await using stack = new AsyncDisposableStack();
const voice = stack.use(neverSilent((line) => console.log(line)));
const { say } = voice;
function step(line: string): void {
  voice.begin(line);
  say(`[${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s] ${line}`);
}
const dir = await mkdtemp(join(tmpdir(), "ntd-demo-"));
stack.defer(() => rm(dir, { recursive: true, force: true }));
const course = demonstrate();
const outcome = await Promise.race([course, aborted(stop)]);
voice.begin("stopping what was started");
if (outcome === undefined) {
  step("interrupted; stopping");
  course.catch(() => undefined);
  process.exitCode = 130;
} else if (!outcome.ok) process.exitCode = 1;

async function demonstrate(): Promise<Outcome> {
  step("starting nats-server and ten services, each a process of its own, over mutual TLS");
  const hostsFile = join(dir, "hosts");
  await writeFile(hostsFile, "");
  const closedPort = await freePort();
  const machine = stack.use(await startMachine({ folder: await prepareFolder(dir), environment: "DEMO" }));
  const platform = stack.use(await startPlatform(machine, { settings: settings(hostsFile) }));
  await platform.serving();
  step("two providers, each a web host under its own domain with its agent; two customers of alpha with hosts of");
  say("         their own, one of which will cloak and one ask for a proof; and a host of no known provider");
  const { alpha, beta, hosts } = await startHosts(platform);
  const names = [...hosts.values()].map((host) => `${host.ip} pictures.${host.domain}`);
  await writeFile(hostsFile, [...names, "127.0.0.5 closed.example", ""].join("\n"));
  const run = commandLine(platform, say);
  await registerProviders(beta.ip, run);
  step("two hash sets: uploaded by one maintainer, approved and activated by another");
  const film = await filmOf(platform, dir);
  if (film === undefined)
    say("         no film: ffmpeg is not installed, or could not be shut in (./scripts/setup --films)");
  const listed = await seedSets(dir, run, film === undefined ? [] : [film.row]);
  const plans = film === undefined ? plannedReports : [...plannedReports, film.report];
  const prepared = await prepareReports(plans, hosts, `http://closed.example:${closedPort}`, listed);
  alpha.agent.start();
  step(`${prepared.length} reports are sent; beta's agent is off for a while`);
  const sent = await sendReports(platform, prepared);
  const result = await followReports({ platform, sent, run, step, beta: beta.agent, gate: hosts.get("gate"), stop });
  await printResult({ platform, result, say });
  if (keep && !stop.aborted) await stayUp(platform);
  return result;
}

function settings(hostsFile: string) {
  const prober = {
    HOSTS_FILE: hostsFile,
    ALLOW_NETWORKS: "127.0.0.0/8",
    ALLOW_PORTS: "1-65535",
    SLOT_MS: "1000",
    SLOTS_REQUIRED: "2",
    // A day of looks at what was never there, and a day of blindness, in seconds.
    NEVER_SEEN_SLOTS: "0,1,2,4",
    UNREACHABLE_MS: "8000",
    // Two looks at a page of which something left, a minute apart.
    PAGE_AGAIN_MS: "1000",
  };
  // Nobody watches a demonstration wait for a minute.
  const casework = withSchemes({ HOLD_BACK_MS: "0", SECOND_REVIEW: "none" });
  return { prober, casework, hashlists: exampleSchemes(), takedown: exampleSchemes() };
}

async function startHosts(platform: Platform) {
  const dir = join(platform.machine.dir, "providers");
  const alpha = stack.use(await startProvider(platform, "alpha", "127.0.0.2"));
  const beta = stack.use(await startProvider(platform, "beta", "127.0.0.3"));
  const gamma = stack.use(await startHost(dir, "gamma", "127.0.0.4"));
  const mask = stack.use(await startHost(dir, "mask", "127.0.0.6", browsers));
  const gate = stack.use(await startHost(dir, "gate", "127.0.0.7"));
  const hosts: ReadonlyMap<string, DemoHost> = new Map(Object.entries({ alpha, beta, gamma, mask, gate }));
  return { alpha, beta, hosts };
}

// Alpha and its customers are found by their domains, beta by its network. One operator proposes, another approves.
async function registerProviders(betaIp: string, run: ReturnType<typeof commandLine>) {
  const names = ["alpha", "mask", "gate"].flatMap((name) => ["--domain", `${name}.example`]);
  const alpha = ["alpha", "--name", "Alpha Hosting", ...names, "--identity", "alpha"];
  const beta = ["beta", "--name", "Beta Cloud", "--prefix", `${betaIp}/32`, "--identity", "beta"];
  for (const provider of [alpha, beta]) {
    const put = ["provider", "put", ...provider, "--role", "host", "--reason", "contract"];
    const proposed = (await run("operator", "admin", ...put)) as { change: { changeId: string } };
    await run("operator", "sofia", "provider", "approve", proposed.change.changeId);
  }
}

async function stayUp(platform: Platform): Promise<void> {
  const at = `./scripts/ntd --endpoints ${join(platform.machine.dir, "endpoints.json")} --identity ${join(platform.machine.dir, "certificates")}`;
  say(
    `\nStill up; Ctrl-C ends it. Try:\n  ${at}/assessor-chandra queue\n  ${at}/assessor-chandra unseen list\n  ${at}/operator-admin notice list\n  ${at}/operator-admin dispatch halt --reason drill`,
  );
  say(`  ${at}/regulator-mcr scorecard times\n  logs: ${join(platform.machine.dir, "logs")}`);
  voice.rest();
  await aborted(stop);
}

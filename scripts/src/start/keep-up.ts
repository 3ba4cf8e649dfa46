import { dirname, join } from "node:path";
import { prepareFolder, startMachine } from "@ntd/embedded";
import { Problem, type Logger } from "@ntd/service";
import { namesOf, startPlatform, type OptionalName, type Platform } from "../platform/platform.ts";
import { supervise, type Supervisor } from "../supervisor/supervisor.ts";
import { finishRestore } from "./after-restore.ts";
import { isHalfRestored } from "../backup/restore.ts";
import { configured, watchConfig, type Configured } from "./configured.ts";
import { startGateway } from "./gateway.ts";
import { lockFolder } from "./lock.ts";
import { earlierPorts, portsOf, takePorts } from "./ports.ts";
import { typedPath } from "./typed-path.ts";
import { closeFolder } from "./private.ts";
import { servingOrRefused } from "./serving-or-refused.ts";
import { renewFirst, startUpkeep } from "./upkeep.ts";

export interface KeepUpOptions {
  dir: string;
  /** Where whoever starts it stands: what can be tried is told as it is typed there. Default: this process's folder. */
  from?: string;
  configFile: string | undefined;
  /** Whether the browser eye runs too. */
  browser: boolean;
  /** Whether partners get feeds. Default: not. */
  feed?: boolean;
  /** Whether HMA's look-ups are answered, too. Default: not. */
  hmaGateway?: boolean;
  say: (line: string) => void;
  log: Logger;
  stop: AbortSignal;
}

/** A platform that is kept up until it is disposed. */
export interface KeptUp extends AsyncDisposable {
  /** Where it is and what can be tried. */
  readonly told: readonly string[];
}

/** Starts everything in a folder and keeps it up; resolves when all services say SERVING, or at the stop. */
export async function keepUp({
  dir,
  from = process.cwd(),
  configFile,
  browser,
  feed = false,
  hmaGateway = false,
  say,
  log,
  stop,
}: KeepUpOptions): Promise<KeptUp> {
  const began = performance.now();
  await using stack = new AsyncDisposableStack();
  const loose = await closeFolder(dir);
  if (loose > 0) say(`${loose} files and folders in ${dir} could be read by others; now they cannot`);
  stack.use(lockFolder(dir));
  requireWhole(dir);
  const file = stack.use(watchConfig(configFile, log));
  const isTrial = configFile === undefined;
  let inForce = configured(file.value, isTrial, process.env);
  const beside = besideOf({ browser, feed }, inForce);
  const ports = portsOf(inForce.config.ports, await earlierPorts(dir), beside);
  await takePorts(ports);
  say(`starting nats-server and ${namesOf(beside).length} services ...`);
  const { environment, reserveBytes } = inForce.config;
  const folder = await prepareFolder(dir);
  await renewFirst(folder, log, say);
  const machine = stack.use(
    await startMachine({
      folder,
      environment,
      natsPort: ports.nats,
      say,
      ...(reserveBytes !== undefined && { reserveBytes }),
    }),
  );
  const platform = stack.use(await startPlatform(machine, { ports, beside, ...inForce }));
  const patience = () => inForce.config.supervision;
  const supervisor = stack.use(await supervise({ platform, patience, say, log }));
  const onRenewed = async () => {
    await machine.nats.reload();
    // Who was refused for its certificate may have a valid one now.
    supervisor.settledAnew(supervisor.held);
  };
  stack.use(startUpkeep({ folder, log, logBounds: () => inForce.config.logs, onRenewed }));
  stack.use(
    file.onChange((config) => {
      inForce = configured(config, isTrial, process.env);
      void resettle(platform, supervisor, inForce, say);
    }),
  );
  await (isTrial ? servingOrRefused(platform, supervisor, stop) : supervisor.serving(stop));
  const identityDir = await machine.identity("operator", "admin");
  if (!stop.aborted && (await finishRestore({ dir, bus: machine.bus, endpoints: platform.endpoints, identityDir })))
    say("restored: every service told everything again; nothing leaves before two operators lift it: ntd restore show");
  const told = await placesOf(platform, inForce, { from, isTrial, seconds: (performance.now() - began) / 1000 });
  if (hmaGateway) told.splice(1, 0, stack.use(await startGateway(platform, environment, log)).told);
  const running = stack.move();
  return { told, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

/** Connectors run where a file names them: nothing else has to be asked for. */
function besideOf(asked: Partial<Record<OptionalName, boolean>>, { settings }: Configured): OptionalName[] {
  const hasConnectors = (settings.exchange?.["CONNECTORS_FILE"] ?? "") !== "";
  const wanted = { ...asked, exchange: hasConnectors };
  return (["browser", "exchange", "feed"] as const).filter((name) => wanted[name]);
}

function requireWhole(dir: string): void {
  if (isHalfRestored(dir)) {
    throw new Problem(
      "CONFIG_INVALID",
      `a restore into ${dir} was begun and has not ended; run it again: ntd restore from BACKUP --data ${dir}`,
    );
  }
}

async function resettle(platform: Platform, supervisor: Supervisor, inForce: Configured, say: (line: string) => void) {
  if (besideOf({}, inForce).some((name) => !platform.names.includes(name)))
    say("the configuration names connectors: end ./scripts/start and start it anew, so that exchange runs, too");
  const changed = await platform.resettle(inForce.settings, inForce.shared);
  const names = [...new Set([...changed, ...supervisor.held])];
  if (names.length > 0) say(`the configuration changed; started anew: ${names.join(", ")}`);
  supervisor.settledAnew(names);
}

async function placesOf(
  platform: Platform,
  { settings }: Configured,
  { from, isTrial, seconds }: { from: string; isTrial: boolean; seconds: number },
) {
  const { machine, endpoints } = platform;
  const near = (path: string) => typedPath(from, path);
  const identity = near(await machine.identity("operator", "admin"));
  // What sends addresses to somebody new takes two operators.
  const second = near(await machine.identity("operator", "second"));
  const lines = [`serving after ${seconds.toFixed(1)} s; data in ${near(machine.dir)}`];
  for (const [name, address] of Object.entries(endpoints)) lines.push(`  ${name.padEnd(12)} ${address}`);
  if (isTrial && settings.casework?.["SECOND_REVIEW"] === "none")
    lines.push("nobody looks second here; CASEWORK_SECOND_REVIEW=after ./scripts/start: as in production");
  if (isTrial && settings.casework?.["POLICE_FIRST_FILE"] !== "")
    lines.push(
      "notices wait for police where they come first; CASEWORK_POLICE_FIRST_FILE= ./scripts/start: nobody waits",
    );
  const ntd = near(join(import.meta.dirname, "../../ntd"));
  const at = `--endpoints ${near(machine.dir)}/endpoints.json --identity ${identity}`;
  return [
    ...lines,
    `try: ${ntd} ${at} provider list`,
    `a second operator, to approve: ${second}`,
    `anybody else, such as an officer: ${ntd} certs issue ${dirname(identity)} police pam`,
    `a maintainer of hash lists begins with ${near(join(import.meta.dirname, "../../../services/hashlists/MAINTAINERS.md"))}`,
    "Ctrl-C ends it.",
  ];
}

import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@ntd/embedded";
import { managed, type ManagedProcess } from "@ntd/scripts/process";
import { isServing } from "@ntd/rpc";
import { eventually, type TestBed } from "@ntd/testing";
import { COLLECTED } from "./collected.ts";
import type { Going } from "./slowdown.ts";

/** A service as a process of its own, so that its memory and its time are nobody else's. */
export interface ServiceProcess extends AsyncDisposable {
  readonly address: string;
  readonly logFile: string;
  readonly process: ManagedProcess;
  readonly serving: () => Promise<boolean>;
  /** Memory that it holds once it has collected its garbage, in MiB. */
  readonly held: () => Promise<number>;
}

/** Starts the service of this name on the bed; resolves when it serves. `main` is another module than the service's own. */
export async function startProcess(
  bed: TestBed,
  name: string,
  settings: Record<string, string> = {},
  shared: Record<string, string> = {},
  main = join(import.meta.dirname, `../../services/${name}/src/main.ts`),
): Promise<ServiceProcess> {
  const port = await freePort();
  const environment = {
    ...(await bed.environment(name, { LISTEN: `127.0.0.1:${port}`, ...settings })),
    NTD_LOG_LEVEL: "info",
    ...shared,
    NODE_OPTIONS: `--import=${join(import.meta.dirname, "collecting.ts")}`,
  };
  const logFile = join(bed.dir, `${name}-${port}.log`);
  const process = managed({ name, main, environment, logFile });
  const address = `localhost:${port}`;
  const operator = await bed.identity("operator", "admin");
  process.start();
  const serving = () => isServing(address, operator);
  await eventually(`${name} serves`, serving, 30_000).catch(async (cause: unknown) => {
    await process.kill("SIGKILL");
    throw new Error(readFileSync(logFile, "utf8").slice(-2000), { cause });
  });
  return {
    address,
    logFile,
    process,
    serving,
    held: () => heldOf(process),
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

async function heldOf({ pid, logFile }: ManagedProcess): Promise<number> {
  const times = () => readFileSync(logFile, "utf8").split(`${COLLECTED}\n`).length;
  const before = times();
  process.kill(pid, "SIGUSR2");
  await eventually("it has collected its garbage", () => times() > before, 30_000);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** A module of this folder as a process that goes on until it is disposed, and can be held; it says how far it came. */
export function startBeside<S>(
  module: string,
  args: readonly string[],
): Disposable & Going & { readonly said: S | undefined } {
  const child = fork(join(import.meta.dirname, module), args);
  let said: S | undefined;
  child.on("message", (message) => (said = message as S));
  return {
    get said() {
      return said;
    },
    hold: () => void child.kill("SIGSTOP"),
    goOn: () => void child.kill("SIGCONT"),
    [Symbol.dispose]: () => void child.kill("SIGKILL"),
  };
}

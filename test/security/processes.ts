import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@ntd/embedded";
import { managed, type ManagedProcess } from "@ntd/scripts/process";
import { isServing } from "@ntd/rpc";
import { eventually, type TestBed } from "@ntd/testing";
import type { Going } from "./slowdown.ts";

/** A service as a process of its own, so that its memory and its time are nobody else's. */
export interface ServiceProcess extends AsyncDisposable {
  readonly address: string;
  readonly logFile: string;
  readonly process: ManagedProcess;
  readonly serving: () => Promise<boolean>;
  /** Memory that it holds, in MiB. */
  readonly memory: () => number;
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
    memory: () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${process.pid}/status`, "utf8"))?.[1]) / 1024,
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

/** The greatest that `measure` says until it is disposed. */
export function peakOf(measure: () => number): Disposable & { readonly most: number } {
  let most = measure();
  const timer = setInterval(() => (most = Math.max(most, measure())), 20);
  return {
    get most() {
      return (most = Math.max(most, measure()));
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
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

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";

/** A program of ours as a process of its own. It dies with this process, even by kill -9 (setpriv, on Linux). */
export interface ManagedProcess extends AsyncDisposable {
  readonly name: string;
  /** 0 when it does not run. */
  readonly pid: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Why what runs has no log. */
  readonly unlogged: string | undefined;
  /** How it last ended. */
  readonly exit: Exit;
  /** Starts it if it does not run; `extra` is added to its environment this time only. */
  start(extra?: Record<string, string>): void;
  /** Another environment, from the next start on; false when it is the same. */
  resettle(environment: Record<string, string>): boolean;
  /** Sends the signal and waits for its end. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends it in good order; by force where it does not hear that, as one that is frozen. */
  end(): Promise<void>;
  /** Resolves when it has ended, at once when it does not run. */
  ended(): Promise<void>;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ProgramOptions {
  name: string;
  /** The module to run. */
  main: string;
  environment: Record<string, string>;
  /** Its output is appended here. */
  logFile: string;
  /** So long it may take to end in good order. Default 15 s: a service ends itself by force after ten. */
  graceMs?: number;
}

export function managed(options: ProgramOptions): ManagedProcess {
  const { name, main, environment: first, logFile, graceMs = 15_000 } = options;
  let child: ChildProcess | undefined;
  let environment = first;
  let exit: Exit = { code: null, signal: null };
  let unlogged: string | undefined;
  const runs = () =>
    child !== undefined && child.exitCode === null && child.signalCode === null && child.pid !== undefined;
  function start(extra: Record<string, string> = {}): void {
    if (runs()) return;
    const { log, why } = logTo(logFile);
    unlogged = why;
    const [command, ...args] = [...dyingWithParent(), process.execPath, ...telemetry(environment), main];
    const env = { PATH: process.env["PATH"] ?? "", NODE_COMPILE_CACHE: compileCache, ...environment, ...extra };
    child = spawn(command, args, { env, stdio: ["ignore", log, log], detached: true });
    closeSync(log);
    child.once("exit", (code, signal) => (exit = { code, signal }));
    // What cannot be spawned has ended, too.
    child.once("error", () => (exit = { code: null, signal: null }));
  }
  async function ended(): Promise<void> {
    if (child !== undefined && runs()) await once(child, "exit");
  }
  async function kill(signal: NodeJS.Signals): Promise<void> {
    if (!runs()) return;
    const over = ended();
    child?.kill(signal);
    await over;
  }
  async function end(): Promise<void> {
    const force = setTimeout(() => void kill("SIGKILL"), graceMs);
    await kill("SIGTERM").finally(() => clearTimeout(force));
  }
  return {
    name,
    logFile,
    get unlogged() {
      return unlogged;
    },
    get exit() {
      return exit;
    },
    get environment() {
      return environment;
    },
    get pid() {
      return runs() ? (child?.pid ?? 0) : 0;
    },
    start,
    resettle(next) {
      if (isDeepStrictEqual(next, environment)) return false;
      environment = next;
      return true;
    },
    ended,
    kill,
    end,
    [Symbol.asyncDispose]: end,
  };
}

// A log is worth less than what it is of.
function logTo(file: string): { log: number; why?: string } {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return { log: openSync(file, "a", 0o600) };
  } catch (error) {
    return { log: openSync("/dev/null", "a"), why: (error as Error).message };
  }
}

/** Where what is compiled is kept: a service that finds it there holds nothing that compiles. */
export const compileCache = new URL("../../../.ntd/compile-cache", import.meta.url).pathname;

function dyingWithParent(): string[] {
  return existsSync("/usr/bin/setpriv") ? ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--"] : [];
}

// Telemetry is loaded before the program, and only when something asks for it: it costs start-up time.
function telemetry(environment: Record<string, string>): string[] {
  const asked = ["OTEL_EXPORTER_OTLP_ENDPOINT", "NTD_TRACE_FILE"].some((key) => (environment[key] ?? "") !== "");
  const metered = Object.entries(environment).some(([key, value]) => key.endsWith("_METRICS_PORT") && value !== "0");
  return asked || metered ? ["--import", "@ntd/service/telemetry"] : [];
}

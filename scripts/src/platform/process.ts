import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";

/** A program of ours as a process of its own. It dies with this process, even by kill -9 (setpriv, on Linux). */
export interface ManagedProcess extends AsyncDisposable {
  readonly name: string;
  /** 0 when it does not run. */
  readonly pid: number;
  /** Starts it if it does not run; `extra` is added to its environment this time only. */
  start(extra?: Record<string, string>): void;
  /** Sends the signal and waits for its end. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Resolves when it has ended, at once when it does not run. */
  ended(): Promise<void>;
}

export interface ProgramOptions {
  name: string;
  /** The module to run. */
  main: string;
  environment: Record<string, string>;
  /** Its output is appended here. */
  logFile: string;
  /** Told when it ended by itself; it is then started again, later each time. Default: it stays down. */
  onRevive?: (line: string) => void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Who ran for so long may come back at once. */
const STEADY_MS = 60_000;

export function managed({ name, main, environment, logFile, onRevive }: ProgramOptions): ManagedProcess {
  let child: ChildProcess | undefined;
  let wanted = false;
  let pauseMs = FIRST_PAUSE_MS;
  const runs = () =>
    child !== undefined && child.exitCode === null && child.signalCode === null && child.pid !== undefined;
  function start(extra: Record<string, string> = {}): void {
    wanted = true;
    if (runs()) return;
    const log = openSync(logFile, "a", 0o600);
    const [command, ...args] = [...dyingWithParent(), process.execPath, ...telemetry(environment), main];
    const env = { PATH: process.env["PATH"] ?? "", NODE_COMPILE_CACHE: compileCache, ...environment, ...extra };
    child = spawn(command, args, { env, stdio: ["ignore", log, log], detached: true });
    closeSync(log);
    if (onRevive !== undefined) child.once("exit", revive(onRevive, performance.now()));
  }
  function revive(tell: (line: string) => void, began: number) {
    return (code: number | null, signal: NodeJS.Signals | null) => {
      if (!wanted) return;
      if (performance.now() - began > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      tell(`${name} ended (${signal ?? code}); it is started again in ${pauseMs / 1000} s; log: ${logFile}`);
      setTimeout(() => wanted && start(), pauseMs).unref();
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    };
  }
  async function ended(): Promise<void> {
    if (child !== undefined && runs()) await once(child, "exit");
  }
  async function kill(signal: NodeJS.Signals): Promise<void> {
    wanted = false;
    if (!runs()) return;
    const over = ended();
    child?.kill(signal);
    await over;
  }
  return {
    name,
    get pid() {
      return runs() ? (child?.pid ?? 0) : 0;
    },
    start,
    ended,
    kill,
    [Symbol.asyncDispose]: () => kill("SIGTERM"),
  };
}

const compileCache = new URL("../../../.ntd/compile-cache", import.meta.url).pathname;

function dyingWithParent(): string[] {
  return existsSync("/usr/bin/setpriv") ? ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--"] : [];
}

// Telemetry is loaded before the program, and only when something asks for it: it costs start-up time.
function telemetry(environment: Record<string, string>): string[] {
  const asked = ["OTEL_EXPORTER_OTLP_ENDPOINT", "NTD_TRACE_FILE"].some((key) => (environment[key] ?? "") !== "");
  const metered = Object.entries(environment).some(([key, value]) => key.endsWith("_METRICS_PORT") && value !== "0");
  return asked || metered ? ["--import", "@ntd/service/telemetry"] : [];
}

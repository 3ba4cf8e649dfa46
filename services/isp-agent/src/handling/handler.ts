import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { HANDLED_NOTICE } from "./orphans.ts";

export interface HandlerRun {
  argv: readonly string[];
  /** Written to its standard input. */
  input: string;
  /** Told to the process, so that one that outlived a killed agent can be found. */
  mark: string;
  timeoutMs: number;
  /** Ends the run early, after a grace of its own. */
  stop: AbortSignal;
}

export type HandlerEnd = { is: "exit"; code: number } | { is: "failed"; failure: string } | { is: "stopped" };

const GRACE_MS = 4000;

/**
 * Runs the command once, without a shell, in a process group of its own that is killed as a whole when the time is
 * up. Its output is thrown away, since it may hold addresses.
 */
export async function runHandler(run: HandlerRun): Promise<HandlerEnd> {
  try {
    return await untilEnded(started(run), run);
  } catch (error) {
    return { is: "failed", failure: `could not be started: ${(error as NodeJS.ErrnoException).code ?? "unknown"}` };
  }
}

function started({ argv, input, mark }: HandlerRun): ChildProcess {
  const [command = "", ...args] = argv;
  const env = { ...process.env, [HANDLED_NOTICE]: mark };
  const child = spawn(command, args, { env, stdio: ["pipe", "ignore", "ignore"], detached: true });
  // Absent when no file was free for it: then the child has an error. And a handler need not read what it is told.
  const stdin = child.stdin as Writable | undefined;
  stdin?.on("error", () => undefined);
  stdin?.end(input);
  return child;
}

async function untilEnded(child: ChildProcess, { timeoutMs, stop }: HandlerRun): Promise<HandlerEnd> {
  let cut: "timed_out" | "stopped" | undefined;
  const end = (why: typeof cut) => {
    cut ??= why;
    killGroup(child);
  };
  const timer = setTimeout(end, timeoutMs, "timed_out");
  let grace: NodeJS.Timeout | undefined;
  const stopping = () => void (grace = setTimeout(end, GRACE_MS, "stopped"));
  if (stop.aborted) stopping();
  else stop.addEventListener("abort", stopping, { once: true });
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    if (cut === "stopped") return { is: "stopped" };
    if (cut === "timed_out") return { is: "failed", failure: `took longer than ${timeoutMs} ms` };
    return code === null ? { is: "failed", failure: `was ended by ${signal}` } : { is: "exit", code };
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    stop.removeEventListener("abort", stopping);
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { innermost } from "@ntd/sandbox";

/**
 * Ends what a sandbox started: the program itself, so that it has ended when its wrapper says so; as long as `own` is not
 * known, whatever runs innermost: a wrapper that is killed while it makes namespaces may leave one behind.
 */
export function killInnermost(child: ChildProcess, own?: number): void {
  const { pid, exitCode, signalCode } = child;
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(own ?? innermost(pid), "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}

/**
 * Memory that a process holds, in MB; 0 when that cannot be learned (it has ended, or this is no Linux).
 * Read at once, which takes 30 µs: handing it to a thread and back would cost more than the rest of a picture's passage.
 */
export function residentMb(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Ticks of a second in /proc: the same on every Linux. */
const TICKS = 100;

/** Processor time that a process has taken, in seconds; 0 when that cannot be learned. */
export function processorSeconds(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // Its second field is a name, which may hold anything but ends with the last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return 0;
  }
}

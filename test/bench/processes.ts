import { readdirSync, readFileSync } from "node:fs";

/** Processor time and memory of one program of ours, its child processes (decoders) included. */
export interface Usage {
  processorMs: number;
  memoryMb: number;
}

/**
 * The platform's programs below this process: nats-server, services by name, agents, `./scripts/start`; not what handlers
 * started.
 *
 * @param memoryOf a process's memory: default what it has resident, or its proportion of what it shares (`proportionalMb`).
 */
export function usageByProgram(memoryOf: (pid: number) => number = residentMb): Map<string, Usage> {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    const parent = statOf(pid)?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = new Map<string, Usage>();
  function visit(pid: number, within: string | undefined): void {
    const program = programOf(pid) ?? within;
    const stat = statOf(pid);
    if (program !== undefined && stat !== undefined) {
      const before = found.get(program) ?? { processorMs: 0, memoryMb: 0 };
      const processorMs = before.processorMs + stat.processorMs + (program === "fingerprint" ? stat.reapedMs : 0);
      found.set(program, { processorMs, memoryMb: before.memoryMb + memoryOf(pid) });
    }
    for (const child of children.get(pid) ?? []) visit(child, program);
  }
  for (const pid of children.get(process.pid) ?? []) visit(pid, undefined);
  return found;
}

function programOf(pid: number): string | undefined {
  const command = textOf(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ") ?? "";
  if (/\bnats-server\b/.test(command)) return "nats-server";
  if (command.includes("scripts/src/start.ts")) return "start";
  return /services\/([a-z-]+)\/src\/main\.ts/.exec(command)?.[1];
}

// Fields 14 to 17 of proc_pid_stat(5), in ticks of 10 ms; the name in field 2 may hold spaces.
function statOf(pid: number): { parent: number; processorMs: number; reapedMs: number } | undefined {
  const fields = textOf(`/proc/${pid}/stat`)?.split(") ").at(-1)?.split(" ").map(Number);
  if (fields === undefined) return undefined;
  const [parent = 0, user = 0, system = 0, reapedUser = 0, reapedSystem = 0] = [1, 11, 12, 13, 14].map(
    (i) => fields[i],
  );
  return { parent, processorMs: (user + system) * 10, reapedMs: (reapedUser + reapedSystem) * 10 };
}

function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(textOf(`/proc/${pid}/status`) ?? "")?.[1] ?? 0) / 1024;
}

/** What is shared counts in proportion (PSS): the sum over processes is what all of them take. */
export function proportionalMb(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`) ?? "")?.[1] ?? 0) / 1024;
}

// A process may end between being listed and being read.
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

import { readdirSync, readFileSync } from "node:fs";

/** Processor time and memory of one program of ours, its child processes (decoders) included. */
export interface Usage {
  processorMs: number;
  residentMb: number;
}

/** The platform's programs below this process: nats-server, services by name, agents; not what handlers started. */
export function usageByProgram(): Map<string, Usage> {
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
      const before = found.get(program) ?? { processorMs: 0, residentMb: 0 };
      const processorMs = before.processorMs + stat.processorMs + (program === "fingerprint" ? stat.reapedMs : 0);
      found.set(program, { processorMs, residentMb: before.residentMb + residentMb(pid) });
    }
    for (const child of children.get(pid) ?? []) visit(child, program);
  }
  for (const pid of children.get(process.pid) ?? []) visit(pid, undefined);
  return found;
}

function programOf(pid: number): string | undefined {
  const command = textOf(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ") ?? "";
  if (/\bnats-server\b/.test(command)) return "nats-server";
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

// A process may end between being listed and being read.
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

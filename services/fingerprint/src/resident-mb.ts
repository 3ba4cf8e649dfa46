import { readFile } from "node:fs/promises";

/** Memory that a process holds, in MB; 0 when that cannot be learned (it has ended, or this is no Linux). */
export async function residentMb(pid: number | undefined): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "latin1");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

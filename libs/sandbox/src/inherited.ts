import { readdirSync, readFileSync } from "node:fs";

const CLOSES_ON_EXEC = 0o2000000;

/** Descriptors of this process that a program which it starts would find open. Node opens none such itself. */
export function inherited(): number[] {
  return readdirSync("/proc/self/fd").map(Number).filter(isHandedOn);
}

function isHandedOn(fd: number): boolean {
  try {
    const [, flags = "0"] = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1")) ?? [];
    return (Number.parseInt(flags, 8) & CLOSES_ON_EXEC) === 0;
  } catch {
    // The one by which the list was read.
    return false;
  }
}

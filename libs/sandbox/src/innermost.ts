import { readFileSync } from "node:fs";

/** The process that a chain of wrappers ends in: the sandboxed program itself, once it runs; what uses memory is that. */
export function innermost(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
    return children === "" ? pid : innermost(Number(children.split(" ")[0]));
  } catch {
    return pid;
  }
}

import { appendFileSync } from "node:fs";
import { Problem } from "../problem/problem.ts";

/**
 * A place where a test can kill the process: `NTD_FAILPOINT=<name>:<n>` sends SIGKILL to this very process at the
 * n-th time it passes `name`. `NTD_FAILPOINT=record:<file>` writes each name that is passed instead. Unset: nothing.
 * LIVE refuses to start with it (see `readCommon`).
 */
export function failpoint(name: string): void {
  if (armed !== undefined) armed(name);
}

const armed = arm(process.env["NTD_FAILPOINT"]);

function arm(setting: string | undefined): ((name: string) => void) | undefined {
  if (setting === undefined || setting === "") return undefined;
  const cut = setting.lastIndexOf(":");
  const [wanted, argument] = [setting.slice(0, cut), setting.slice(cut + 1)];
  return wanted === "record" ? record(argument) : killAt(wanted, Number(argument));
}

function record(file: string): (name: string) => void {
  const seen = new Set<string>();
  return (name) => {
    if (!seen.has(name)) appendFileSync(file, `${name}\n`);
    seen.add(name);
  };
}

function killAt(wanted: string, hit: number): (name: string) => void {
  // A failpoint that can never be hit would let its test pass.
  if (wanted === "" || !(Number.isInteger(hit) && hit > 0)) {
    throw new Problem("CONFIG_INVALID", "NTD_FAILPOINT: is neither {name}:{n} nor record:{file}; mend or unset it.");
  }
  let hits = 0;
  return (name) => {
    if (name === wanted && ++hits === hit) process.kill(process.pid, "SIGKILL");
  };
}

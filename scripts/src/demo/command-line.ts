import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { IdentityName } from "@ntd/embedded";
import type { Platform } from "../platform/platform.ts";

/** Runs the command line as one person would, and prints what was typed. */
export type RunCommand = (kind: IdentityName["kind"], name: string, ...args: string[]) => Promise<unknown>;

/** @returns a function that runs `ntd --json …` and resolves to what it printed. */
export function commandLine(platform: Platform, print: (line: string) => void): RunCommand {
  const program = join(import.meta.dirname, "../ntd.ts");
  return async (kind, name, ...args) => {
    const identity = await platform.machine.identity(kind, name);
    print(`  ${kind}/${name}: ntd ${args.map(quoted).join(" ")}`);
    const fixed = ["--json", "--identity", identity, "--endpoints", join(platform.machine.dir, "endpoints.json")];
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...fixed, ...args], { maxBuffer: 1e8 });
    return stdout.trim() === "" ? undefined : JSON.parse(stdout);
  };
}

function quoted(argument: string): string {
  const short = argument.length > 60 ? `…${argument.slice(-40)}` : argument;
  return /[\s"']/.test(short) ? JSON.stringify(short) : short;
}

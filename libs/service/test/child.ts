import { spawn } from "node:child_process";
import { once } from "node:events";

/** A process that runs TypeScript, for tests of what only whole processes do. */
export interface Child extends AsyncDisposable {
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it has ended, with exit code or signal. */
  ended: Promise<number | NodeJS.Signals>;
}

/** Starts `code` in the folder of the tests; `flags` go to node. Disposing kills it if it still runs. */
export function startChild(code: string, environment: Record<string, string> = {}, flags: string[] = []): Child {
  const options = [...flags, "--input-type=module-typescript", "--eval", code];
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, options, { cwd: import.meta.dirname, env: { PATH, ...environment } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const ended = once(child, "close").then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals);
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal) => void child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

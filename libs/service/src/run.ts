import { Problem } from "./problem.ts";

/**
 * The body of every `main.ts`: starts, waits for SIGTERM or SIGINT, disposes, and lets the event loop empty. A stuck
 * process is ended by an unref'd guard ten seconds after the signal. Configuration faults are printed as sentences.
 */
export async function run(start: () => Promise<AsyncDisposable>): Promise<void> {
  try {
    const stopped = nextSignal();
    const service = await start();
    await stopped;
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 10_000).unref();
    await service[Symbol.asyncDispose]();
  } catch (error) {
    const problem = Problem.from(error);
    process.stderr.write(`${problem.message}\n`);
    if (problem.reason === "INTERNAL") process.stderr.write(`${String((problem.cause as Error)?.stack)}\n`);
    process.exitCode = 1;
  }
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
}

import { Problem } from "../problem/problem.ts";
import type { Logger } from "../telemetry/log.ts";

/** With it a process says that its configuration is not valid: nobody need start it again before that changed. */
export const CONFIG_EXIT_CODE = 78;

/**
 * The body of every `main.ts`: starts, waits for SIGTERM or SIGINT, disposes, and lets the event loop empty. A stuck
 * process is ended by an unref'd guard ten seconds after the signal or the failure. Configuration faults are printed as sentences, and
 * the code is then 78 (EX_CONFIG): started again it would end the same, until a person mends it.
 */
export async function run(start: () => Promise<AsyncDisposable>): Promise<void> {
  try {
    // Armed by the signal itself: a start that hangs must end too.
    const stopped = nextSignal().then(killWhenStuck);
    const service = await start();
    await stopped;
    await service[Symbol.asyncDispose]();
  } catch (error) {
    const problem = Problem.from(error);
    process.stderr.write(`${problem.message}\n`);
    if (problem.reason === "INTERNAL") process.stderr.write(`${String((problem.cause as Error)?.stack)}\n`);
    process.exitCode = problem.reason === "CONFIG_INVALID" ? CONFIG_EXIT_CODE : 1;
    killWhenStuck();
  }
}

/**
 * Ends this process as a signal would, with a non-zero code: for what hangs and cannot be taken back while it runs. What
 * does not stop is ended by the guard.
 */
export function endProcess(log: Logger, reason: string): void {
  if (process.exitCode !== undefined) return;
  process.exitCode = 1;
  log.error({ reason }, "the process ends itself");
  process.kill(process.pid, "SIGTERM");
}

function killWhenStuck(): void {
  setTimeout(() => process.kill(process.pid, "SIGKILL"), 10_000).unref();
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
}

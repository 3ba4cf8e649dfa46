import type { Logger } from "../telemetry/log.ts";

/** A background job that runs over and over, never two runs at once, and is awaited when it stops. */
export interface Loop extends AsyncDisposable {
  /** Runs as soon as possible instead of after the pause. */
  kick(): void;
}

/**
 * Runs `job` every `periodMs` after the end of its last run; failures are logged and the next run comes as usual.
 * `job` gets a signal that aborts when the loop is disposed.
 */
export function startLoop(
  name: string,
  periodMs: number,
  log: Logger,
  job: (signal: AbortSignal) => Promise<void>,
): Loop {
  const stop = new AbortController();
  let wake: () => void = () => undefined;
  let kicked = false;
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, periodMs);
      wake = () => (clearTimeout(timer), resolve());
    });
  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      kicked = false;
      try {
        await job(stop.signal);
      } catch (error) {
        if (!stop.signal.aborted) log.error({ error, job: name }, "a background job failed; it runs again");
      }
      if (!kicked && !stop.signal.aborted) await pause();
    }
  }
  const running = run();
  return {
    kick() {
      kicked = true;
      wake();
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      wake();
      await running;
    },
  };
}

import { Problem } from "../problem/problem.ts";
import type { Logger } from "../telemetry/log.ts";
import { onBeat } from "./beat.ts";

/** A background job that runs over and over, never two runs at once, and is awaited when it stops. */
export interface Loop extends AsyncDisposable {
  /** Runs as soon as possible instead of after the pause. */
  kick(): void;
}

/**
 * Runs `job` every `periodMs`, on the beat that all of a process share (`onBeat`), or after the milliseconds that the job
 * returns, when it knows better; after a failure the next run comes in `againMs`, as usual where that is not said. Logged
 * is that it began to fail, with what, and that it is well again: one that fails each second does not fill a disk. `job`
 * gets a signal that aborts when the loop is disposed.
 */
export function startLoop(
  name: string,
  periodMs: number,
  log: Logger,
  job: (signal: AbortSignal) => Promise<number | void>,
  againMs = periodMs,
): Loop {
  const stop = new AbortController();
  let wake: () => void = () => undefined;
  let kicked = false;
  let failing: string | undefined;
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const takeBack = ms === periodMs ? onBeat(ms, resolve) : inExactly(ms, resolve);
      wake = () => (takeBack(), resolve());
    });
  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      kicked = false;
      let pauseMs = periodMs;
      try {
        pauseMs = (await job(stop.signal)) ?? periodMs;
        if (failing !== undefined) log.info({ job: name }, "a background job is well again");
        failing = undefined;
      } catch (error) {
        const cause = causeOf(error);
        const news = cause !== failing && !stop.signal.aborted;
        if (news) log.error({ error, job: name }, "a background job failed; it runs again");
        failing = cause;
        pauseMs = againMs;
      }
      if (!kicked && !stop.signal.aborted) await pause(pauseMs);
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

function inExactly(ms: number, wake: () => void): () => void {
  const timer = setTimeout(wake, ms);
  return () => clearTimeout(timer);
}

function causeOf(error: unknown): string {
  return error instanceof Problem ? error.reason : String(error);
}

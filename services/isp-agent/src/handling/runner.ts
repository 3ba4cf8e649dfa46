import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Logger } from "@ntd/service";
import type { HandlerEnd, HandlerRun } from "./handler.ts";
import { killHandlersOf } from "./orphans.ts";

/** Starts handlers from a small process of its own: what starting one costs grows with who starts it. */
export interface Runner extends AsyncDisposable {
  run(run: HandlerRun): Promise<HandlerEnd>;
}

/** What the runner's process is told. */
export type Order = { is: "run"; run: number; handler: Omit<HandlerRun, "stop"> } | { is: "stop"; run: number };
/** What it tells. */
export interface Told {
  run: number;
  end: HandlerEnd;
}

interface Waiting {
  by: ChildProcess;
  mark: string;
  resolve(end: HandlerEnd): void;
}

const PROGRAM = join(import.meta.dirname, "runner-process.ts");

/** The process is started with the first handler, and again if it ends. */
export function startRunner(log: Logger): Runner {
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | undefined;
  let runs = 0;
  function running(): ChildProcess {
    if (child?.connected) return child;
    // Nothing of this process's own flags: it is to stay small.
    const started = fork(PROGRAM, [], { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
    started.on("message", ({ run, end }: Told) => settle(run, end));
    started.on("error", (error) => {
      log.error({ error }, "the process that starts handlers fails");
      // One that could not be started has no exit.
      if (started.pid === undefined) over(started, "not started");
    });
    started.once("exit", (code, signal) => over(started, signal ?? String(code)));
    return (child = started);
  }
  function settle(run: number, end: HandlerEnd): void {
    const found = waiting.get(run);
    waiting.delete(run);
    found?.resolve(end);
  }
  function over(ended: ChildProcess, how: string): void {
    if (child === ended) child = undefined;
    const left = [...waiting].filter(([, { by }]) => by === ended);
    if (left.length > 0) lost(left, how).catch((error: unknown) => log.error({ error }, "handlers left"));
  }
  // What it had started may go on without it, and no notice may have two handlers.
  async function lost(left: [number, Waiting][], how: string): Promise<void> {
    log.error({ how, handlers: left.length }, "the process that starts handlers ended; its handlers are ended too");
    await killHandlersOf(new Set(left.map(([, { mark }]) => mark)));
    for (const [run] of left) settle(run, { is: "failed", failure: "its starter ended" });
  }
  return {
    async run({ stop, ...handler }) {
      const run = ++runs;
      const { promise, resolve } = Promise.withResolvers<HandlerEnd>();
      const to = running();
      waiting.set(run, { by: to, mark: handler.mark, resolve });
      // Without a channel (no file was free for it) it was not started, which its error says.
      const order = (told: Order) => void (to.connected && to.send(told, () => undefined));
      order({ is: "run", run, handler });
      const stopping = () => order({ is: "stop", run });
      if (stop.aborted) stopping();
      stop.addEventListener("abort", stopping, { once: true });
      const end = await promise;
      stop.removeEventListener("abort", stopping);
      return end;
    },
    async [Symbol.asyncDispose]() {
      if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

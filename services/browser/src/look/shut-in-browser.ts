import type { ChildProcess } from "node:child_process";
import { Server } from "node:net";
import type { Sandbox } from "@ntd/sandbox";
import { Problem } from "@ntd/service";
import { heldMb, household } from "./household.ts";
import { saidIn, type Ending, type Said, type Task } from "./talk.ts";

export interface Bounds {
  lookMs: number;
  maxMemoryMb: number;
  maxMarkup: number;
}

const START_TIMEOUT_MS = 30_000;
const MEMORY_CHECK_MS = 100;

/** A browser in a sandbox of its own, for one page. */
export class ShutInBrowser implements AsyncDisposable {
  /** What listens inside; who serves it is the browser's only way out. */
  readonly listener: Server;
  /** Of the browser, for example "156.0.8078.108". */
  readonly version: string;
  readonly #child: ChildProcess;
  readonly #maxMarkup: number;
  readonly #exited: Promise<void>;
  /** What it holds before it has opened anything. */
  readonly #idleMb: number;

  private constructor(child: ChildProcess, started: Started, maxMarkup: number) {
    this.#child = child;
    this.listener = started.listener;
    this.version = started.version;
    this.#exited = started.exited;
    this.#maxMarkup = maxMarkup;
    this.#idleMb = this.heldMb;
  }

  /** @throws Problem PEER_UNAVAILABLE when it does not start. */
  static async start(sandbox: Sandbox, maxMarkup: number, signal: AbortSignal): Promise<ShutInBrowser> {
    const child = sandbox.start();
    try {
      return new ShutInBrowser(child, await started(child, signal), maxMarkup);
    } catch (error) {
      end(child);
      throw error;
    }
  }

  get heldMb(): number {
    return heldMb(household(this.#child.pid ?? 0));
  }

  /** Opens a page; once, since what a page has left in it is nobody else's. */
  async open(task: Omit<Task, "withinMs" | "maxMarkup">, bounds: Bounds, signal: AbortSignal): Promise<Ending> {
    const { promise, resolve } = Promise.withResolvers<Ending>();
    this.#child.on("message", (message) => {
      const said = saidIn(message, this.#maxMarkup);
      if (said?.kind === "found") resolve({ is: "found", found: said.found });
    });
    void this.#exited.then(() => resolve({ is: "crashed" }));
    const timer = setTimeout(() => resolve({ is: "time" }), bounds.lookMs);
    const stop = () => resolve({ is: "time" });
    signal.addEventListener("abort", stop, { once: true });
    const guard = setInterval(() => {
      if (this.heldMb > this.#idleMb + bounds.maxMemoryMb) resolve({ is: "memory" });
    }, MEMORY_CHECK_MS);
    // Time to say what there is by then.
    const withinMs = Math.max(bounds.lookMs / 2, bounds.lookMs - 5000);
    this.#child.send({ ...task, withinMs, maxMarkup: this.#maxMarkup } satisfies Task, () => undefined);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      clearInterval(guard);
      signal.removeEventListener("abort", stop);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.listener.close();
    end(this.#child);
    await this.#exited;
  }
}

interface Started {
  listener: Server;
  version: string;
  exited: Promise<void>;
}

async function started(child: ChildProcess, signal: AbortSignal): Promise<Started> {
  let complaint = "";
  child.stderr?.on("data", (said) => (complaint = (complaint + String(said)).slice(0, 2000)));
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const { promise, resolve, reject } = Promise.withResolvers<Started>();
  let listener: Server | undefined;
  let isOver = false;
  const fail = (why: string) =>
    reject(new Problem("PEER_UNAVAILABLE", "No browser starts.", { cause: new Error(why) }));
  child.on("message", (message, handle) => {
    const said = saidIn(message, 0);
    if (said?.kind === "listening" && handle instanceof Server && !isOver && listener === undefined) listener = handle;
    // Nothing else is handed out.
    else if (handle !== undefined) discard(handle);
    heard(said);
  });
  const heard = (said: Said | undefined) => {
    if (said?.kind === "unready") fail(said.why);
    if (said?.kind === "ready" && listener !== undefined) resolve({ listener, version: said.version, exited });
  };
  void exited.then(() => fail(complaint));
  const timer = setTimeout(() => fail("it takes too long"), START_TIMEOUT_MS);
  const stop = () => reject(signal.reason as Error);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const found = await promise;
    // From here on it reads what strangers send: nothing that it says is to stand in a log.
    child.stderr?.removeAllListeners("data").resume();
    return found;
  } catch (error) {
    isOver = true;
    listener?.close();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

function discard(handle: unknown): void {
  const { destroy, close } = handle as { destroy?: () => void; close?: () => void };
  (destroy ?? close)?.call(handle);
}

function end(child: ChildProcess): void {
  const { pid, exitCode, signalCode } = child;
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  for (const one of household(pid)) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // It has ended with another.
    }
  }
}

import { closeSync, fstatSync, openSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { Problem } from "@ntd/service";
import { BETWEEN, LONGEST_RIDE_MS, READS } from "../thread/groups.ts";
import { handedOverWith } from "./handed-over.ts";
import type { Answer, Ask, Asks, Batch, Name, ThreadError } from "./messages.ts";
import type { ThreadData } from "../thread/thread.ts";

interface Waiting {
  made: ((answer: never) => unknown) | undefined;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/** Starts the store's thread and opens the file; rejects with what SQLite said. */
export async function openClient(path: string): Promise<Client> {
  const client = new Client(path);
  await client.opened;
  return client;
}

/** The store's thread, as the rest of the process sees it. */
export class Client {
  readonly opened: Promise<void>;
  readonly #bell = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;
  readonly #path: string;
  #file: number | undefined;
  /** Writes that wait while the store is held. */
  #heldBack: (() => void)[] | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #asks: Batch["asks"] = [];
  #isFlushing = false;
  /** Runs while only what rides is to be asked. */
  #late: NodeJS.Timeout | undefined;
  #last = 0;
  #dead: Problem | undefined;
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
    const strict = (process.env["NTD_STORE_QUERIES"] ?? "") !== "";
    const workerData: ThreadData = { path, bell: this.#bell, strict };
    this.#worker = new Worker(new URL("../thread/thread.ts", import.meta.url), { workerData, execArgv: [] });
    this.#worker.on("message", (answers: Answer[]) => this.#settle(answers));
    this.#worker.on("error", (error) => this.#end(error));
    this.#worker.on("exit", () => this.#end(new Error("the store's thread has ended")));
    this.opened = this.#expect(0);
  }

  get isClosed(): boolean {
    return this.#isClosed || this.#dead !== undefined;
  }

  /** How often it was asked anything. */
  get asked(): number {
    return this.#last;
  }

  /**
   * Resolves when what was asked is durable. `made` makes the result of the answer, in the order of the asks and before
   * anybody sees a later answer.
   */
  ask<N extends Name, T = Asks[N]["answer"]>(
    name: N,
    ask: Asks[N]["ask"],
    made?: (answer: Asks[N]["answer"]) => T,
  ): Promise<T> {
    if (this.#dead !== undefined) return Promise.reject(this.#dead);
    const heldBack = this.#heldBack;
    if (heldBack !== undefined && isWrite(name)) {
      return new Promise((resolve, reject) => {
        heldBack.push(() => void this.ask(name, ask, made).then(resolve, reject));
      });
    }
    const n = ++this.#last;
    this.#asks.push({ n, ask: { do: name, ...ask } as unknown as Ask });
    if (name === "taken") this.#late ??= setTimeout(() => this.#flush(), LONGEST_RIDE_MS);
    else this.#flushSoon();
    return this.#expect(n, made);
  }

  /** Writes that are asked from now on wait until the returned function is called; what was asked before is done. */
  hold(): () => void {
    const heldBack: (() => void)[] = [];
    this.#heldBack = heldBack;
    return () => {
      if (this.#heldBack === heldBack) this.#letGo();
    };
  }

  #letGo(): void {
    const heldBack = this.#heldBack ?? [];
    this.#heldBack = undefined;
    for (const ask of heldBack) ask();
  }

  /**
   * The store's file and how large it is now. It is opened once and closed behind the store: whoever closes a file gives
   * up every lock that his process has on it, SQLite's too.
   */
  file(): { file: number; size: number } {
    this.#file ??= openSync(this.#path, "r");
    return { file: this.#file, size: fstatSync(this.#file).size };
  }

  /** What was asked before is done first. */
  async close(): Promise<void> {
    this.#letGo();
    if (!this.isClosed) await this.ask("close", {});
    this.#isClosed = true;
    await this.#worker.terminate();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  // Behind every promise of this turn: they may ask too.
  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    process.nextTick(() => this.#flush());
  }

  // Everything that one turn asks goes in one message, with what rides; the thread is rung once.
  #flush(): void {
    clearTimeout(this.#late);
    [this.#late, this.#isFlushing] = [undefined, false];
    this.#worker.postMessage({ asks: this.#asks } satisfies Batch, handedOverWith(this.#asks));
    this.#asks = [];
    Atomics.add(this.#bell, 0, 1);
    Atomics.notify(this.#bell, 0);
  }

  #expect<T>(n: number, made?: (answer: never) => unknown): Promise<T> {
    // An idle store keeps no process alive.
    if (this.#waiting.size === 0) this.#worker.ref();
    return new Promise<T>((resolve, reject) =>
      this.#waiting.set(n, { made, resolve: resolve as Waiting["resolve"], reject }),
    );
  }

  #settle(answers: readonly Answer[]): void {
    for (const { n, value, error } of answers) {
      const one = this.#waiting.get(n);
      this.#waiting.delete(n);
      if (error !== undefined) {
        one?.reject(sqliteError(error));
        continue;
      }
      try {
        one?.resolve((one.made === undefined ? value : one.made(value as never)) as never);
      } catch (refused) {
        one?.reject(refused);
      }
    }
    if (this.#waiting.size === 0) this.#worker.unref();
  }

  #end(cause: unknown): void {
    this.#dead ??= new Problem("STORE_UNAVAILABLE", undefined, { cause });
    this.#letGo();
    for (const { reject } of this.#waiting.values()) reject(this.#dead);
    this.#waiting.clear();
  }
}

const isWrite = (name: Name) => !READS.has(name) && !BETWEEN.has(name) && name !== "close";

function sqliteError({ message, code, errcode }: ThreadError): Error {
  return Object.assign(new Error(message), code !== undefined && { code, errcode });
}

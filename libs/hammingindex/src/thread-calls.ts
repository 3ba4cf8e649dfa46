import { Worker, type Transferable } from "node:worker_threads";

/** A message with the number by which its answer is told. */
export interface Numbered {
  call: number;
}

/** What a thread answers: a result, or why there is none. */
export type Answer<T> = Numbered & ({ result: T } | { failure: string });

interface Waiting<T> {
  resolve: (result: T) => void;
  reject: (failure: Error) => void;
}

/** Calls to one worker thread, which is started when it is first needed, and again after it has ended. */
export class ThreadCalls<Ask extends object, T> implements AsyncDisposable {
  /** Raised by each start: what was sent to an earlier thread is not known to this one. */
  starts = 0;
  readonly #entry: URL;
  readonly #data: unknown;
  readonly #waiting = new Map<number, Waiting<T>>();
  #worker: Worker | undefined;
  #calls = 0;

  constructor(entry: URL, data?: unknown) {
    this.#entry = entry;
    this.#data = data;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Rejects when the thread ends before it has answered. */
  call(ask: Ask): Promise<T> {
    return new Promise((resolve, reject) => {
      const call = ++this.#calls;
      this.#waiting.set(call, { resolve, reject });
      const worker = this.#running();
      worker.ref();
      worker.postMessage({ call, ...ask });
    });
  }

  /** Tells the thread something that it does not answer; nothing when there is none. */
  tell(message: object): void {
    this.#worker?.postMessage(message);
  }

  /** Starts the thread unless it runs. */
  start(): void {
    this.#running();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    this.starts++;
    const worker = new Worker(this.#entry, { workerData: this.#data });
    // A thread that waits for work does not keep the process alive.
    worker.unref();
    worker.on("message", (answer: Answer<T>) => this.#answered(worker, answer));
    let cause: unknown;
    worker.once("error", (error) => (cause = error));
    worker.once("exit", () => this.#ended(worker, cause));
    return (this.#worker = worker);
  }

  #answered(worker: Worker, answer: Answer<T>): void {
    const waiting = this.#waiting.get(answer.call);
    this.#waiting.delete(answer.call);
    if (this.#waiting.size === 0) worker.unref();
    if ("failure" in answer) waiting?.reject(new Error(answer.failure));
    else waiting?.resolve(answer.result);
  }

  #ended(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of lost) reject(new ThreadEnded({ cause }));
  }
}

/** The thread ended before it answered; a call that changes nothing can be repeated. */
export class ThreadEnded extends Error {
  override readonly name = "ThreadEnded";

  constructor(options: { cause: unknown }) {
    super("a thread of the index ended before it answered", options);
  }
}

/** In the thread: answers a call, with a list of what is handed over and not copied. */
export function answerWith<T>(
  port: { postMessage(message: unknown, transfer?: Transferable[]): void },
  call: number,
  work: () => { result: T; transfer?: Transferable[] },
): void {
  try {
    const { result, transfer = [] } = work();
    port.postMessage({ call, result }, transfer);
  } catch (error) {
    port.postMessage({ call, failure: String(error) });
  }
}

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
  #closed = false;

  constructor(entry: URL, data?: unknown) {
    this.#entry = entry;
    this.#data = data;
  }

  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** Rejects with `ThreadEnded` when the thread ends before it has answered. */
  async call(ask: Ask): Promise<T> {
    const worker = this.start();
    const call = ++this.#calls;
    worker.postMessage({ call, ...ask });
    worker.ref();
    return new Promise((resolve, reject) => this.#waiting.set(call, { resolve, reject }));
  }

  /** Tells the thread something that it does not answer. */
  tell(message: object): void {
    this.start().postMessage(message);
  }

  /** The thread, started unless it runs. Throws when these calls were closed. */
  start(): Worker {
    if (this.#closed) throw new Error("the threads of the index are closed");
    if (this.#worker !== undefined) return this.#worker;
    this.starts++;
    const worker = new Worker(this.#entry, { workerData: this.#data });
    // A thread that waits for work does not keep the process alive.
    worker.unref();
    worker.on("message", (answer: Answer<T>) => this.#answered(worker, answer));
    let cause: unknown;
    worker.once("error", (error) => (cause = error));
    worker.once("messageerror", (error) => {
      cause = error;
      void worker.terminate();
    });
    worker.once("exit", () => this.#ended(worker, cause));
    return (this.#worker = worker);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
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
export async function answerWith<T>(
  port: { postMessage(message: unknown, transfer?: Transferable[]): void },
  call: number,
  work: () => Worked<T> | Promise<Worked<T>>,
): Promise<void> {
  try {
    const { result, transfer = [] } = await work();
    port.postMessage({ call, result }, transfer);
  } catch (error) {
    port.postMessage({ call, failure: String(error) });
  }
}

interface Worked<T> {
  result: T;
  transfer?: Transferable[];
}

import { Problem, type Logger } from "@ntd/service";

/** Works that take longer than a round of the loop that begins them: each by its name, and never twice at once. */
export class UnderWay implements AsyncDisposable {
  readonly #log: Logger;
  readonly #done: () => void;
  readonly #running = new Map<string, Promise<void>>();
  readonly #failing = new Map<string, string>();

  /** @param done is called whenever a work succeeded. */
  constructor(log: Logger, done: () => void) {
    this.#log = log;
    this.#done = done;
  }

  /**
   * Begins a work, unless it is under way. Logged is that it began to fail, with what, and that it is well again: what
   * fails for an hour is begun each second.
   */
  begin(name: string, stop: AbortSignal, work: () => Promise<void>): void {
    if (this.#running.has(name)) return;
    this.#running.set(name, this.#run(name, stop, work));
  }

  /** Waits for all that was begun. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #run(name: string, stop: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      if (this.#failing.delete(name)) this.#log.info({ work: name }, "a set is up to date again");
    } catch (error) {
      const { reason } = Problem.from(error);
      const isNews = this.#failing.get(name) !== reason && !stop.aborted;
      if (isNews) this.#log.error({ error, work: name }, "a set is not up to date; it is tried again");
      this.#failing.set(name, reason);
      return;
    } finally {
      this.#running.delete(name);
    }
    this.#done();
  }
}

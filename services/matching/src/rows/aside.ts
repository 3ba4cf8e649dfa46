import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";

/** A row that cannot be searched or told of. It stops nobody; it is tried again, and an operator sees it. */
export interface AsideState {
  schemaVersion: 1;
  /** A name of the catalogue. */
  reason: string;
  tries: number;
  since: Date;
  dueAt: Date;
}

const FIRST_MS = 60_000;
const LAST_MS = 3_600_000;

/** The rows that are put aside, as this process knows them. */
export class Aside {
  readonly #deps: Pick<Deps, "collections" | "clock" | "log" | "health">;
  #waiting = new Map<string, Date>();
  #readAt: Date | undefined;

  constructor(deps: Pick<Deps, "collections" | "clock" | "log" | "health">) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Whether it is not time yet to try a row again. */
  holds(id: string): boolean {
    const dueAt = this.#waiting.get(id);
    return dueAt !== undefined && dueAt > this.#deps.clock.now();
  }

  /**
   * Does something with a row; what fails for the row's own sake puts it aside.
   *
   * @throws Problem when it failed for another reason, which will pass.
   */
  async unlessBad<T>(id: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (willPass(error)) throw error;
      await this.#put(id, error);
      return undefined;
    }
  }

  /** A row was searched and told of after all. */
  async done(id: string): Promise<void> {
    if (!this.#waiting.delete(id)) return;
    await this.#deps.collections.aside.remove(id);
    this.#show();
  }

  /** Puts rows that are due among those that wait to be looked up: whatever they missed, they are searched in all of it. */
  async retry(stop: AbortSignal): Promise<void> {
    const { rows } = this.#deps.collections;
    const now = this.#deps.clock.now();
    if (now.getTime() - (this.#readAt?.getTime() ?? 0) >= FIRST_MS) await this.#read(now);
    for (const [id, dueAt] of this.#waiting) {
      if (stop.aborted || dueAt > now) continue;
      await this.unlessBad(id, async () => {
        const row = await change(rows, id, (state) =>
          state === undefined || state.pending ? undefined : { state: { ...state, pending: true } },
        );
        if (row === undefined) await this.done(id);
      });
    }
  }

  // Another replica may have put rows aside, or be done with some.
  async #read(now: Date): Promise<void> {
    const waiting = new Map<string, Date>();
    const { aside } = this.#deps.collections;
    for await (const page of aside.pages({}, 500)) for (const { id, state } of page) waiting.set(id, state.dueAt);
    this.#waiting = waiting;
    this.#readAt = now;
    this.#show();
  }

  async #put(id: string, error: unknown): Promise<void> {
    const { collections, clock, log } = this.#deps;
    const now = clock.now();
    const { reason } = Problem.from(error);
    const document = await change(collections.aside, id, (before): { state: AsideState } => {
      const tries = (before?.tries ?? 0) + 1;
      const dueAt = new Date(now.getTime() + Math.min(LAST_MS, FIRST_MS * 2 ** (tries - 1)));
      return { state: { schemaVersion: 1, reason, tries, since: before?.since ?? now, dueAt } };
    });
    if (document?.state.tries === 1)
      log.error({ error, row: id }, "a row cannot be searched or told of; it is put aside");
    this.#waiting.set(id, document?.state.dueAt ?? now);
    this.#show();
  }

  #show(): void {
    this.#deps.health.degrade("rows:ASIDE", this.#waiting.size > 0);
  }
}

// Of what fails for another reason than the row, each other row would fail, too.
function willPass(error: unknown): boolean {
  const { reason } = Problem.from(error);
  return WILL_PASS.has(reason);
}

const WILL_PASS: ReadonlySet<string> = new Set([
  "STORE_UNAVAILABLE",
  "STORE_LOCKED",
  "PEER_UNAVAILABLE",
  "TIMED_OUT",
  "SHUTTING_DOWN",
]);

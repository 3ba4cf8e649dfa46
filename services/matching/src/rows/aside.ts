import { Problem } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import type { Deps } from "../deps.ts";

/** A row that cannot be searched or told of. It stops nobody; it is tried again, and an operator sees it. */
export interface AsideState {
  schemaVersion: 1;
  /** A name of the catalogue. */
  reason: string;
  tries: number;
  since: Date;
  /**
   * When it is tried again; absent: it was searched and told of after all. Its note stays, since a removal is refused to
   * nobody: it could take one away that another replica had just put there.
   */
  dueAt?: Date;
}

const FIRST_MS = 60_000;
const LAST_MS = 3_600_000;

/** The rows that are put aside, as this process knows them. */
export class Aside {
  readonly #deps: Pick<Deps, "collections" | "clock" | "log" | "health">;
  #waiting = new Map<string, Document<AsideState>>();
  #readAt: Date | undefined;

  constructor(deps: Pick<Deps, "collections" | "clock" | "log" | "health">) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Whether it is not time yet to try a row again. */
  holds(id: string): boolean {
    const note = this.#waiting.get(id);
    return note !== undefined && !isDue(note, this.#deps.clock.now());
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
    const note = this.#waiting.get(id);
    if (note === undefined) return;
    const { dueAt: _, ...done } = note.state;
    // Refused, it was put aside again meanwhile: by a pass that this search may not know of.
    await this.#deps.collections.aside.save(note, done);
    this.#waiting.delete(id);
    this.#show();
  }

  /** Puts rows that are due among those that wait to be looked up: whatever they missed, they are searched in all of it. */
  async retry(stop: AbortSignal): Promise<void> {
    const { rows } = this.#deps.collections;
    const now = this.#deps.clock.now();
    if (Math.abs(now.getTime() - (this.#readAt?.getTime() ?? 0)) >= FIRST_MS) await this.#read(now);
    for (const [id, note] of this.#waiting) {
      if (stop.aborted || !isDue(note, now)) continue;
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
    const waiting = new Map<string, Document<AsideState>>();
    const { aside } = this.#deps.collections;
    const notDone = { where: { dueAt: { gte: new Date(0) } }, orderBy: "dueAt" } as const;
    for await (const page of aside.pages(notDone, 500)) for (const note of page) waiting.set(note.id, note);
    this.#waiting = waiting;
    this.#readAt = now;
    this.#show();
  }

  async #put(id: string, error: unknown): Promise<void> {
    const { collections, clock, log } = this.#deps;
    const now = clock.now();
    const { reason } = Problem.from(error);
    const note = await change(collections.aside, id, (last): { state: AsideState } => {
      const before = last?.dueAt === undefined ? undefined : last;
      const tries = (before?.tries ?? 0) + 1;
      const dueAt = new Date(now.getTime() + Math.min(LAST_MS, FIRST_MS * 2 ** (tries - 1)));
      return { state: { schemaVersion: 1, reason, tries, since: before?.since ?? now, dueAt } };
    });
    if (note === undefined) return;
    if (note.state.tries === 1) log.error({ error, row: id }, "a row cannot be searched or told of; it is put aside");
    this.#waiting.set(id, note);
    this.#show();
  }

  #show(): void {
    this.#deps.health.degrade("rows:ASIDE", this.#waiting.size > 0);
  }
}

// More than the longest wait is left when it was put aside by a clock that was ahead.
function isDue({ state: { dueAt } }: Document<AsideState>, now: Date): boolean {
  const leftMs = dueAt === undefined ? 0 : dueAt.getTime() - now.getTime();
  return leftMs <= 0 || leftMs > LAST_MS;
}

// Of what fails for another reason than the row, each other row would fail, too.
function willPass(error: unknown): boolean {
  const { reason } = Problem.from(error);
  return WILL_PASS.has(reason);
}

const WILL_PASS: ReadonlySet<string> = new Set([
  "STORE_UNAVAILABLE",
  "STORE_FULL",
  "STORE_LOCKED",
  "PEER_UNAVAILABLE",
  "TIMED_OUT",
  "SHUTTING_DOWN",
]);

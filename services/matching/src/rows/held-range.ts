import { change, type Document } from "@ntd/store";
import type { Aside } from "./aside.ts";
import type { Deps } from "../deps.ts";
import { beginPass, endPass, goOn, leavePass, newRange, type Pass, type RangeState } from "./range.ts";

/** A pass is taken over when nothing was heard of it for so long. */
const LEASE_MS = 10_000;

type Needed = Pick<Deps, "collections" | "clock"> & { aside: Aside };

/** Somebody else took the range over: whatever this process was about to write there is refused. */
export class PassTakenOver extends Error {
  override readonly name = "PassTakenOver";
}

/** A range that this process brings through a set's counter; each write of it fails once another one has taken over. */
export class HeldRange {
  readonly #deps: Needed;
  readonly range: string;
  #document: Document<RangeState>;

  private constructor(deps: Needed, range: string, document: Document<RangeState>) {
    this.#deps = deps;
    this.range = range;
    this.#document = document;
  }

  /**
   * Begins a pass: says how far whoever looks up pending rows must be, and refuses all writes that began before it.
   * Undefined when there is nothing to do or somebody else does it.
   */
  static async take(
    deps: Needed,
    range: string,
    pass: Pick<Pass, "setId" | "through" | "by">,
  ): Promise<HeldRange | undefined> {
    const { ranges, rows } = deps.collections;
    const found = await ranges.load(range);
    const now = deps.clock.now();
    const begun = beginPass(found?.state ?? newRange, { ...pass, now, until: later(now) });
    if (begun === undefined) return undefined;
    const document = found === undefined ? await ranges.insert(range, begun) : await ranges.save(found, begun);
    if (document === undefined) return undefined;
    for (const id of begun.pass?.rows ?? []) {
      await deps.aside.unlessBad(id, () => change(rows, id, (row) => row && { state: row }));
    }
    await rows.touch({ pendingIn: range });
    return new HeldRange(deps, range, document);
  }

  get state(): RangeState {
    return this.#document.state;
  }

  /** @throws PassTakenOver. Rows that are loaded before this, and written behind it, are nobody else's. */
  async requireHeld(): Promise<void> {
    const now = await this.#deps.collections.ranges.load(this.range);
    if (now?.version !== this.#document.version) throw new PassTakenOver();
  }

  /** Says which rows are to be written next; all before them are. */
  async willWrite(rows: readonly string[]): Promise<void> {
    await this.#save(goOn(this.state, later(this.#deps.clock.now()), rows));
  }

  /** Keeps the range, when it is time. */
  async keep(): Promise<void> {
    const now = this.#deps.clock.now();
    const leftMs = (this.state.pass?.until ?? now).getTime() - now.getTime();
    // More than a lease is left when the clock was put back: to others that is none.
    if (leftMs < LEASE_MS / 2 || leftMs > LEASE_MS) await this.#save(goOn(this.state, later(now)));
  }

  async end(): Promise<void> {
    await this.#save(endPass(this.state));
  }

  /** Whoever comes next may take it over at once, with the rows that may still be in writing. */
  async letGo(): Promise<void> {
    await this.#save(goOn(this.state, this.#deps.clock.now()));
  }

  async leave(): Promise<void> {
    await this.#save(leavePass(this.state));
  }

  async #save(state: RangeState): Promise<void> {
    const saved = await this.#deps.collections.ranges.save(this.#document, state);
    if (saved === undefined) throw new PassTakenOver();
    this.#document = saved;
  }
}

function later(now: Date): Date {
  return new Date(now.getTime() + LEASE_MS);
}

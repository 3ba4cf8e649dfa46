import { createBatch, type IndexBatch } from "@ntd/hammingindex";
import { inSlices } from "@ntd/service";
import { EXACT, isExact, PERCEPTUAL, type PerceptualAlgorithm } from "../search/search-plan.ts";
import type { EntryRows } from "./entry-rows.ts";
import { IdSet } from "./id-set.ts";
import type { ToBeFound } from "./listed-entry.ts";
import { requireId } from "./packed-id.ts";
import type { ReleaseEntries } from "./release-entries.ts";

/** Of the later release. */
interface Later {
  size: number;
  /** Its counter: what was revoked up to there is in neither. */
  through: number;
  /** The counter of the newest restoration up to there. */
  restored: number;
}

/**
 * What leads from a release in memory to a later one. What comes lies beside what is there, and nobody finds it, until it
 * is brought in force: all at once, however much it is. Disposed of before that, nothing of it is left. One at a time.
 */
export class ReleaseChange implements AsyncDisposable {
  /** The entries that are there no more; one that is another one now is here and comes, too. */
  readonly gone = new IdSet();
  readonly #entries: ReleaseEntries;
  readonly #near: Record<PerceptualAlgorithm, IndexBatch>;
  readonly #films: IndexBatch;
  #come = 0;
  #frames = 0;
  #isOpen = true;

  /** @param few entries of an index that are no segment of their own there. */
  constructor(entries: ReleaseEntries, few?: number) {
    this.#entries = entries;
    this.#near = {
      ALGORITHM_PDQ: createBatch(entries.near.ALGORITHM_PDQ.index, few),
      ALGORITHM_BLOCKHASH256: createBatch(entries.near.ALGORITHM_BLOCKHASH256.index, few),
    };
    this.#films = createBatch(entries.films.index, few);
  }

  /** How many entries come. */
  get come(): number {
    return this.#come;
  }

  /** How much it is to take in: of a film each frame counts. */
  get weight(): number {
    return this.gone.size + this.#come + this.#frames;
  }

  /** @throws Problem PEER_UNAVAILABLE when the id is no UUID: then nothing of it may be brought in force. */
  add({ algorithm, value, listed }: ToBeFound): void {
    this.#come++;
    if (algorithm === "ALGORITHM_VPDQ") {
      this.#frames += listed.detail;
      return requireId(this.#entries.films.stage(value, listed, this.#films));
    }
    if (isExact(algorithm)) {
      this.#entries.equal[algorithm].table.stage(value);
      return requireId(this.#entries.equal[algorithm].rows.stage(listed));
    }
    const { rows } = this.#entries.near[algorithm];
    this.#near[algorithm].add(rows.length + rows.packed.staged, value);
    requireId(rows.stage(listed));
  }

  /**
   * Makes ready what takes time, in slices and on threads; the function that is returned brings it in force, at once and
   * never failing. What is revoked meanwhile and comes with it is to be asked for again.
   */
  async prepare({ size, through, restored }: Later): Promise<() => void> {
    const entries = this.#entries;
    const find = (rows: EntryRows) => inSlices(rows.find(this.gone));
    const leave: { rows: readonly number[]; hide: (row: number) => void }[] = [];
    for (const algorithm of EXACT) {
      const { rows, table } = entries.equal[algorithm];
      leave.push({ rows: await find(rows), hide: (row) => table.hide(row) });
      await inSlices(table.place());
    }
    for (const algorithm of PERCEPTUAL) {
      const { rows, index } = entries.near[algorithm];
      leave.push({ rows: await find(rows), hide: (row) => index.disable(row) });
      await this.#near[algorithm].prepare();
    }
    const films = await find(entries.films.rows);
    await this.#films.prepare();
    return () => {
      for (const { rows, hide } of leave) for (const row of rows) hide(row);
      for (const _ of entries.films.hide(films)) continue;
      this.#settle();
      entries.size = size;
      entries.revokedThrough = through;
      entries.restoredThrough = restored;
      entries.edition++;
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const batch of [...Object.values(this.#near), this.#films]) batch[Symbol.dispose]();
    for (const { rows, table } of Object.values(this.#entries.equal)) {
      rows.packed.unstage();
      await inSlices(table.unstage());
    }
    for (const { rows } of Object.values(this.#entries.near)) rows.packed.unstage();
    this.#entries.films.unstage();
  }

  #settle(): void {
    this.#isOpen = false;
    for (const { rows, table } of Object.values(this.#entries.equal)) {
      table.settle();
      rows.packed.settle();
    }
    for (const algorithm of PERCEPTUAL) {
      this.#entries.near[algorithm].rows.packed.settle();
      this.#near[algorithm].commit();
    }
    this.#entries.films.settle(this.#films);
  }
}

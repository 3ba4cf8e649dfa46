import { setImmediate } from "node:timers/promises";
import { beyondCall, Problem, type Clock } from "@ntd/service";
import type { Collections } from "../store.ts";
import { readLikeness } from "./likeness-column.ts";
import type { PictureIndex } from "./picture-index.ts";

/** Rows that are read at a time: others use the store in between. */
const PAGE = 500;
/** So far the clocks of replicas may differ, a write that is under way included: what is that new is read again. */
const OVERLAP_MS = 120_000;

/**
 * Keeps the pictures in memory as the store has them: all rows, in the order in which their contents came; then what came
 * since, whichever replica wrote it.
 */
export class KnownPictures {
  readonly index: PictureIndex;
  readonly #collections: Pick<Collections, "rows">;
  readonly #clock: Clock;
  /** All that came until then was read: when the newest content came, or when the last reading of all began. */
  #readTo = 0;
  /** Everything was read at least once since the start. */
  #isReady = false;
  #reading: Promise<void> | undefined;

  constructor(collections: Pick<Collections, "rows">, index: PictureIndex, clock: Clock) {
    this.#collections = collections;
    this.index = index;
    this.#clock = clock;
  }

  /** @throws Problem PEER_UNAVAILABLE until all was read once. */
  async requireFresh(): Promise<void> {
    if (!this.#isReady) throw new Problem("PEER_UNAVAILABLE", "The pictures are being read. Try again.");
    // A reading that is under way may have passed by what was written since it began.
    await this.#reading?.catch(() => undefined);
    await this.catchUp();
  }

  /** Reads what came since the last time; calls that meet are one reading. */
  async catchUp(stop?: AbortSignal): Promise<void> {
    const reading = (this.#reading ??= beyondCall(() => this.#read(stop)).finally(() => (this.#reading = undefined)));
    await reading;
  }

  async #read(stop: AbortSignal | undefined): Promise<void> {
    // A clock that was once ahead does not hide what comes until then.
    const began = this.#clock.now().getTime();
    const from = Math.min(this.#readTo, began) - OVERLAP_MS;
    const all = { where: { contentTime: { gte: new Date(Math.max(0, from)) } }, orderBy: "contentTime" } as const;
    const asked = { id: "text", contentTime: "number", likeness: "bytes" } as const;
    for (let after: { id: string; value: Date } | undefined; ;) {
      const query = { ...all, ...(after && { after }), limit: PAGE };
      const { columns, length } = await this.#collections.rows.project(query, asked);
      for (let nth = 0; nth < length; nth++) this.#take(columns.likeness.at(nth));
      const [id, time] = [columns.id.at(-1), columns.contentTime.at(-1)];
      if (time !== undefined) this.#readTo = Math.max(this.#readTo, time);
      if (id === undefined || time === undefined || length < PAGE) break;
      after = { id, value: new Date(time) };
      await setImmediate();
      if (stop?.aborted === true) return;
    }
    // What release 0.2 stored has no time: until newer content comes it would be read again each time.
    this.#readTo = Math.max(this.#readTo, began);
    if (!this.#isReady) await this.index.build();
    this.#isReady = true;
  }

  // What cannot be read there is nobody's likeness; it is put aside when it is searched.
  #take(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    try {
      this.index.take(readLikeness(bytes));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
}

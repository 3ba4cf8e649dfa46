import { detailsOf, type ChunkState } from "../chunks/entry-chunk.ts";
import { idKeys } from "./entry-id.ts";
import { placesIn, type Rows } from "./layered-rows.ts";

/** Where an entry stands. */
export interface At {
  chunk: ChunkState;
  i: number;
}

/** What became of the entries of one bucket from one release to another: rows of the older one first, then the newer. */
export class BucketChanges {
  readonly #older = new Map<string, At>();
  readonly #details = new Map<ChunkState, (i: number) => string>();
  readonly #revoked: ReadonlySet<string>;

  /** @param revoked the keys of what is in neither. */
  constructor(revoked: ReadonlySet<string>) {
    this.#revoked = revoked;
  }

  older(rows: Rows): void {
    const { chunk } = rows;
    this.#details.set(chunk, detailsOf(chunk));
    const keys = idKeys(chunk.ids);
    for (const i of placesIn(rows)) this.#older.set(keys[i] ?? "", { chunk, i });
  }

  /** Which entries of the newer release are new in it, and which are told differently from where they stood. */
  newer(rows: Rows): { added: number[]; changed: number[]; before: At[] } {
    // Of the first release of a set everything is new.
    if (this.#older.size + this.#revoked.size === 0) return { added: [...placesIn(rows)], changed: [], before: [] };
    const details = detailsOf(rows.chunk);
    const added: number[] = [];
    const changed: number[] = [];
    const stood: At[] = [];
    const keys = idKeys(rows.chunk.ids);
    for (const i of placesIn(rows)) {
      const key = keys[i] ?? "";
      if (this.#revoked.has(key)) continue;
      const before = this.#older.get(key);
      if (before === undefined) added.push(i);
      else if (this.#details.get(before.chunk)?.(before.i) !== details(i)) {
        changed.push(i);
        stood.push(before);
      }
      this.#older.delete(key);
    }
    return { added, changed, before: stood };
  }

  /** The entries that the newer release has no more, by their keys, what was revoked among them. */
  left(): Iterable<[string, At]> {
    return this.#older;
  }
}

import { detailsOf, type ChunkState } from "./entry-chunk.ts";
import { idKeys } from "./entry-id.ts";

/** Where an entry stands. */
export interface At {
  chunk: ChunkState;
  i: number;
}

/** What became of the entries of one bucket from one release to another: chunks of the older one first, then the newer. */
export class BucketChanges {
  readonly #older = new Map<string, At>();
  readonly #details = new Map<ChunkState, (i: number) => string>();
  readonly #isRevoked: (key: string) => boolean;

  readonly #isUnfound: (key: string) => boolean;

  /** What was revoked is in neither; what could not be found then is in the newer one alone. */
  constructor(isRevoked: (key: string) => boolean, isUnfound: (key: string) => boolean = () => false) {
    this.#isRevoked = isRevoked;
    this.#isUnfound = isUnfound;
  }

  older(chunk: ChunkState): void {
    this.#details.set(chunk, detailsOf(chunk));
    for (const [i, key] of idKeys(chunk.ids).entries()) if (!this.#isUnfound(key)) this.#older.set(key, { chunk, i });
  }

  /** Which entries of a chunk of the newer release are new in it, and which are told differently from where they stood. */
  newer(chunk: ChunkState): { added: number[]; changed: number[]; before: At[] } {
    const details = detailsOf(chunk);
    const added: number[] = [];
    const changed: number[] = [];
    const stood: At[] = [];
    for (const [i, key] of idKeys(chunk.ids).entries()) {
      if (this.#isRevoked(key)) continue;
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

import { detailsOf, type ChunkState } from "./entry-chunk.ts";
import { idKeys } from "./entry-id.ts";

/** What became of the entries of one bucket from one release to another: chunks of the older one first, then the newer. */
export class BucketChanges {
  readonly #older = new Map<string, { chunk: number; i: number }>();
  readonly #details: ((i: number) => string)[] = [];
  readonly #isRevoked: (key: string) => boolean;

  /** What was revoked is in neither. */
  constructor(isRevoked: (key: string) => boolean) {
    this.#isRevoked = isRevoked;
  }

  older(chunk: ChunkState): void {
    const nth = this.#details.push(detailsOf(chunk)) - 1;
    for (const [i, key] of idKeys(chunk.ids).entries()) this.#older.set(key, { chunk: nth, i });
  }

  /** Which entries of a chunk of the newer release are new in it, and which are told differently. */
  newer(chunk: ChunkState): { added: number[]; changed: number[] } {
    const details = detailsOf(chunk);
    const added: number[] = [];
    const changed: number[] = [];
    for (const [i, key] of idKeys(chunk.ids).entries()) {
      if (this.#isRevoked(key)) continue;
      const before = this.#older.get(key);
      if (before === undefined) added.push(i);
      else if (this.#details[before.chunk]?.(before.i) !== details(i)) changed.push(i);
      this.#older.delete(key);
    }
    return { added, changed };
  }

  /** Keys of the entries that the newer release has no more, what was revoked among them. */
  *left(): Generator<string> {
    yield* this.#older.keys();
  }
}

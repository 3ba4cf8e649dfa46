import { createBuilder, type IndexBuilder, type IndexOptions } from "@ntd/hammingindex";
import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { inSlices } from "@ntd/service";
import { EntryRows, rowWidth } from "./entry-rows.ts";
import { ExactTable } from "../search/exact-table.ts";
import { toBeFound } from "./listed-entry.ts";
import { FRAME_WIDTH, ListedFilms, takeFrames } from "./listed-films.ts";
import { requireId } from "./packed-id.ts";
import { PackedRows } from "./packed-rows.ts";
import { ReleaseEntries, type Equal, type Floors } from "./release-entries.ts";
import { BYTES, isExact, type ExactAlgorithm, type PerceptualAlgorithm } from "../search/search-plan.ts";

interface NearToBe {
  rows: EntryRows;
  builder: IndexBuilder;
}

/** Takes a release in, entry by entry; `build` makes it searchable. Disposed of unbuilt, it gives its memory back. */
export class ReleaseBuilder implements Disposable {
  readonly #floors: Floors;
  #size = 0;
  readonly #equal: Record<ExactAlgorithm, Equal> = {
    ALGORITHM_SHA256: newEqual("ALGORITHM_SHA256"),
    ALGORITHM_SHA1: newEqual("ALGORITHM_SHA1"),
    ALGORITHM_MD5: newEqual("ALGORITHM_MD5"),
  };
  readonly #near: Record<PerceptualAlgorithm, NearToBe>;
  readonly #films: NearToBe & { frames: PackedRows };

  /** @param films how the frames of films are indexed: one look-up is of hundreds, however few films are listed. */
  constructor(floors: Floors, options: IndexOptions = {}, films: IndexOptions = options) {
    this.#floors = floors;
    this.#near = {
      ALGORITHM_PDQ: { rows: new EntryRows(), builder: createBuilder(options) },
      ALGORITHM_BLOCKHASH256: { rows: new EntryRows(), builder: createBuilder(options) },
    };
    this.#films = { rows: new EntryRows(), builder: createBuilder(films), frames: new PackedRows(FRAME_WIDTH) };
  }

  /** Entries so far, those that no search can find included. */
  get size(): number {
    return this.#size;
  }

  /**
   * One that is not searched is counted and never found.
   *
   * @throws Problem PEER_UNAVAILABLE when it is no entry.
   */
  add(entry: Entry): void {
    this.#size++;
    const found = toBeFound(entry, this.#floors);
    if (found === undefined) return;
    const { algorithm, value, listed } = found;
    if (isExact(algorithm)) {
      this.#equal[algorithm].table.add(value);
      return requireId(this.#equal[algorithm].rows.add(listed));
    }
    if (algorithm === "ALGORITHM_VPDQ") {
      const { frames, builder } = this.#films;
      takeFrames(
        frames,
        () => frames.append(),
        value,
        (frame, hash) => builder.add(frame, hash),
      );
      return requireId(this.#films.rows.add(listed));
    }
    const { rows, builder } = this.#near[algorithm];
    builder.add(rows.length, value);
    requireId(rows.add(listed));
  }

  async build(): Promise<ReleaseEntries> {
    for (const { table } of Object.values(this.#equal)) await inSlices(table.build());
    const { ALGORITHM_PDQ: pdq, ALGORITHM_BLOCKHASH256: blockhash } = this.#near;
    await using built = new AsyncDisposableStack();
    const near = {
      ALGORITHM_PDQ: { rows: pdq.rows, index: built.use(await pdq.builder.build()) },
      ALGORITHM_BLOCKHASH256: { rows: blockhash.rows, index: built.use(await blockhash.builder.build()) },
    };
    const { rows, frames, builder } = this.#films;
    const films = new ListedFilms({ rows, frames, index: built.use(await builder.build()) });
    const [size, floors, equal] = [this.#size, this.#floors, this.#equal];
    // From here on they belong to the release.
    built.move();
    return new ReleaseEntries({ size, floors, equal, near, films, revokedThrough: 0 });
  }

  [Symbol.dispose](): void {
    for (const { builder } of [...Object.values(this.#near), this.#films]) builder[Symbol.dispose]();
  }
}

function newEqual(algorithm: ExactAlgorithm): Equal {
  const rows = new EntryRows(new PackedRows(rowWidth(algorithm)));
  return { rows, table: new ExactTable(new PackedRows(BYTES[algorithm])) };
}

import { createIndex, type HammingIndex } from "@ntd/hammingindex";
import { countTransitions } from "@ntd/imagehash/compare";
import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { Thresholds } from "@ntd/proto/hashlists/v1/release";
import { isUuid, Problem } from "@ntd/service";
import { EntryRows } from "./entry-rows.ts";
import { ExactTable } from "./exact-table.ts";
import { inSlices } from "./in-slices.ts";
import { PackedRows } from "./packed-rows.ts";
import { BYTES, isExact, type ExactAlgorithm, type PerceptualAlgorithm } from "./search-plan.ts";

/** Entries found by equality; both number them alike. */
export interface Equal {
  rows: EntryRows;
  table: ExactTable;
}

/** Entries found by distance; an entry's id in the index is its row. */
export interface Near {
  rows: EntryRows;
  index: HammingIndex;
}

type Floors = Pick<Thresholds, "pdqQuality" | "blockhashTransitions">;

/** Takes a release in, entry by entry; `build` makes it searchable. */
export class ReleaseBuilder {
  readonly #floors: Floors;
  #size = 0;
  readonly #equal: Record<ExactAlgorithm, Equal> = {
    ALGORITHM_SHA256: { rows: new EntryRows(), table: new ExactTable(new PackedRows(BYTES.ALGORITHM_SHA256)) },
    ALGORITHM_SHA1: { rows: new EntryRows(), table: new ExactTable(new PackedRows(BYTES.ALGORITHM_SHA1)) },
    ALGORITHM_MD5: { rows: new EntryRows(), table: new ExactTable(new PackedRows(BYTES.ALGORITHM_MD5)) },
  };
  readonly #near: Record<PerceptualAlgorithm, Near> = {
    ALGORITHM_PDQ: { rows: new EntryRows(), index: createIndex() },
    ALGORITHM_BLOCKHASH256: { rows: new EntryRows(), index: createIndex() },
  };

  constructor(floors: Floors) {
    this.#floors = floors;
  }

  /** Entries so far, those that no search can find included. */
  get size(): number {
    return this.#size;
  }

  /**
   * One below its floor, or of an algorithm that is not known here, is counted and never found.
   *
   * @throws Problem PEER_UNAVAILABLE when it is no entry: better no list than one with holes.
   */
  add({ entryId, fingerprint, votes, classification }: Entry): void {
    this.#size++;
    const { algorithm = "ALGORITHM_UNSPECIFIED", value = new Uint8Array(), quality = 0 } = fingerprint ?? {};
    if (algorithm === "ALGORITHM_UNSPECIFIED" || algorithm === "UNRECOGNIZED") return;
    if (!isUuid(entryId)) throw new Problem("PEER_UNAVAILABLE", "The id of an entry is no UUID.");
    if (value.length !== BYTES[algorithm]) {
      throw new Problem("PEER_UNAVAILABLE", `A listed hash has ${value.length} bytes, not ${BYTES[algorithm]}.`);
    }
    if (isExact(algorithm)) {
      this.#equal[algorithm].table.add(value);
      return this.#equal[algorithm].rows.add({ entryId, votes, detail: 0, classification });
    }
    const detail = algorithm === "ALGORITHM_PDQ" ? quality : countTransitions(value);
    const floor = algorithm === "ALGORITHM_PDQ" ? this.#floors.pdqQuality : this.#floors.blockhashTransitions;
    if (detail < floor) return;
    const { rows, index } = this.#near[algorithm];
    index.add(rows.length, value);
    rows.add({ entryId, votes, detail, classification });
  }

  async build(): Promise<ReleaseEntries> {
    for (const { table } of Object.values(this.#equal)) await inSlices(table.build());
    return new ReleaseEntries(this.#size, this.#floors, this.#equal, this.#near);
  }
}

/** The entries of one release in memory. Only revocations change them. */
export class ReleaseEntries implements AsyncDisposable {
  /** Of the release as it was approved. */
  readonly size: number;
  /** What the policy asked for when it was loaded: under another one it must be loaded again. */
  readonly floors: Floors;
  readonly equal: Readonly<Record<ExactAlgorithm, Equal>>;
  readonly near: Readonly<Record<PerceptualAlgorithm, Near>>;
  /** The counter up to which revocations are in. */
  revokedThrough = 0;
  #holds = 0;
  #whenFree: () => void = () => undefined;

  constructor(
    size: number,
    floors: Floors,
    equal: Readonly<Record<ExactAlgorithm, Equal>>,
    near: Readonly<Record<PerceptualAlgorithm, Near>>,
  ) {
    this.size = size;
    this.floors = floors;
    this.equal = equal;
    this.near = near;
  }

  /** No later search finds these entries; those that are not there are passed over. */
  async hide(entryIds: ReadonlySet<string>): Promise<void> {
    for (const { rows, table } of Object.values(this.equal)) {
      for (const row of await inSlices(rows.find(entryIds))) table.hide(row);
    }
    for (const { rows, index } of Object.values(this.near)) {
      for (const row of await inSlices(rows.find(entryIds))) index.disable(row);
    }
  }

  /** Until it is disposed, the entries stay. */
  hold(): Disposable {
    this.#holds++;
    return {
      [Symbol.dispose]: () => {
        if (--this.#holds === 0) this.#whenFree();
      },
    };
  }

  /** Lets the memory go when nobody holds it any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenFree = resolve;
    if (this.#holds === 0) resolve();
    await promise;
  }
}

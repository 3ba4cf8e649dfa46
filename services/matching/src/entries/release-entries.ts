import type { HammingIndex } from "@ntd/hammingindex";
import type { Thresholds } from "@ntd/proto/hashlists/v1/release";
import type { EntryRows } from "./entry-rows.ts";
import { IdSet } from "./id-set.ts";
import type { ExactTable } from "../search/exact-table.ts";
import type { ListedFilms } from "./listed-films.ts";
import { Standings } from "../lists/standings.ts";
import { inSlices } from "@ntd/service";
import type { ExactAlgorithm, PerceptualAlgorithm } from "../search/search-plan.ts";

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

export type Floors = Pick<Thresholds, "pdqQuality" | "blockhashTransitions">;

/** The entries of one release in memory. Revocations change them, and releases in which little is new. */
export class ReleaseEntries implements AsyncDisposable {
  /** Of the release as it was approved. */
  size: number;
  /** What the policy asked for when it was loaded: under another one it must be loaded again. */
  readonly floors: Floors;
  readonly equal: Readonly<Record<ExactAlgorithm, Equal>>;
  readonly near: Readonly<Record<PerceptualAlgorithm, Near>>;
  readonly films: ListedFilms;
  /** The counter up to which revocations are in. */
  revokedThrough: number;
  /** The counter up to which they may be in: it is raised before any entry is hidden. */
  hiddenThrough: number;
  /** The counter of the newest restoration that is in. */
  restoredThrough: number;
  /** What members say of them. */
  readonly standings: Standings;
  /** Raised by each change: what was read before and behind one is not of one release. */
  edition = 0;
  #holds = 0;
  #whenFree: () => void = () => undefined;

  constructor({ size, floors, equal, near, films, revokedThrough, ...rest }: Content) {
    const { restoredThrough = 0, standings = new Standings() } = rest;
    this.size = size;
    this.floors = floors;
    this.equal = equal;
    this.near = near;
    this.films = films;
    this.revokedThrough = revokedThrough;
    this.hiddenThrough = revokedThrough;
    this.restoredThrough = restoredThrough;
    this.standings = standings;
  }

  /** How many entries a search can find: those below a floor and those revoked are not among them. */
  get searchable(): number {
    const equal = Object.values(this.equal).map(({ rows, table }) => rows.length - table.hidden.size);
    const near = Object.values(this.near).map(({ index }) => index.size);
    return [...equal, ...near, this.films.size].reduce((sum, rows) => sum + rows, 0);
  }

  /**
   * No later search finds these entries; those that are not there are passed over, and so is what a change brings
   * meanwhile: it may have been given back since.
   */
  async hide(ids: Iterable<string>): Promise<void> {
    const entryIds = IdSet.of(ids);
    const all = [...Object.values(this.equal), ...Object.values(this.near), this.films].map(({ rows }) => rows);
    const lengths = new Map(all.map((rows) => [rows, rows.length]));
    const find = async (rows: EntryRows) =>
      (await inSlices(rows.find(entryIds))).filter((row) => row < (lengths.get(rows) ?? 0));
    for (const { rows, table } of Object.values(this.equal)) for (const row of await find(rows)) table.hide(row);
    for (const { rows, index } of Object.values(this.near)) for (const row of await find(rows)) index.disable(row);
    await inSlices(this.films.hide(await find(this.films.rows)));
  }

  /** How many rows are taken by entries that no search finds any more. */
  get unused(): number {
    const equal = Object.values(this.equal).map(({ table }) => table.hidden.size);
    const near = Object.values(this.near).map(({ rows, index }) => rows.length - index.size);
    return [...equal, ...near, this.films.rows.length - this.films.size].reduce((sum, rows) => sum + rows, 0);
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
    for (const { index } of Object.values(this.near)) await index[Symbol.asyncDispose]();
    await this.films[Symbol.asyncDispose]();
  }
}

type Content = Pick<ReleaseEntries, "size" | "floors" | "equal" | "near" | "films" | "revokedThrough"> &
  Partial<Pick<ReleaseEntries, "restoredThrough" | "standings">>;

export function sameFloors(some: Floors, others: Floors): boolean {
  return some.pdqQuality === others.pdqQuality && some.blockhashTransitions === others.blockhashTransitions;
}

import type { Algorithm, Classification } from "@ntd/proto/common/v1/common";
import { readEntriesFile, writeEntriesFile, type Kept } from "./entries-file.ts";
import { EntryRows, rowWidth } from "../entries/entry-rows.ts";
import { ExactTable } from "../search/exact-table.ts";
import { inSlices } from "@ntd/service";
import { FRAME_WIDTH, type ListedFilms } from "../entries/listed-films.ts";
import { PackedRows } from "../entries/packed-rows.ts";
import type { Equal, Floors, ReleaseEntries } from "../entries/release-entries.ts";
import { Standings, type KeptStandings } from "../lists/standings.ts";
import { BYTES, EXACT, PERCEPTUAL, type ExactAlgorithm, type PerceptualAlgorithm } from "../search/search-plan.ts";

/** The entries of a release, but for the indexes by distance, which have files of their own. */
export interface SetFile extends Release {
  equal: Record<ExactAlgorithm, Equal>;
  rows: Record<PerceptualAlgorithm, EntryRows>;
  films: Pick<ListedFilms, "rows" | "frames">;
  standings: Standings;
  /** Rows of films that are not found any more. */
  hiddenFilms: number[];
}

interface Release {
  releaseId: string;
  /** The set's counter in which it was this; absent in files of earlier releases. */
  counter?: number;
  size: number;
  floors: Floors;
  revokedThrough: number;
  /** Absent in files of earlier releases, which gave nothing back. */
  restoredThrough?: number;
}

interface Description extends Release {
  equal: Record<ExactAlgorithm, RowsDescription & { hidden: number[] }>;
  near: Record<PerceptualAlgorithm, RowsDescription>;
  films: RowsDescription & { frames: number; hidden: number[] };
  /** Absent in files of version 0.2. */
  standings?: KeptStandings;
}

interface RowsDescription {
  length: number;
  classes: readonly Classification[];
}

export async function writeSetFile(
  file: string,
  of: Required<Pick<Release, "releaseId" | "counter">>,
  entries: ReleaseEntries,
): Promise<void> {
  const { size, floors, revokedThrough, restoredThrough, equal, near, films, standings } = entries;
  const described: Description = {
    ...of,
    size,
    floors,
    revokedThrough,
    restoredThrough,
    equal: eachOf(EXACT, (name) => ({ ...describe(equal[name].rows), hidden: [...equal[name].table.hidden] })),
    near: eachOf(PERCEPTUAL, (name) => describe(near[name].rows)),
    films: { ...describe(films.rows), frames: films.frames.length, hidden: [...films.hidden] },
    standings: standings.kept,
  };
  const rows = eachOf(PERCEPTUAL, (name) => near[name].rows);
  await writeEntriesFile(file, described, partsOf(equal, rows, films));
}

export async function readSetFile(file: string): Promise<Kept<SetFile>> {
  const read = await readEntriesFile(file, (description) => {
    // It has a version and a checksum: what it says was said by `writeSetFile`.
    const described = description as Description;
    const equal = eachOf(EXACT, (name): Equal => {
      const table = new ExactTable(new PackedRows(BYTES[name], described.equal[name].length));
      return { rows: emptyRows(name, described.equal[name]), table };
    });
    const rows = eachOf(PERCEPTUAL, (name) => emptyRows(name, described.near[name]));
    const films = {
      rows: emptyRows("ALGORITHM_VPDQ", described.films),
      frames: new PackedRows(FRAME_WIDTH, described.films.frames),
    };
    return { value: { described, equal, rows, films }, parts: [...partsOf(equal, rows, films)] };
  });
  if (!read.ok) return read;
  const { described, equal, rows, films } = read.value;
  const { releaseId, counter, size, floors, revokedThrough, restoredThrough = 0 } = described;
  for (const name of EXACT) {
    await inSlices(equal[name].table.build());
    for (const row of described.equal[name].hidden) equal[name].table.hide(row);
  }
  const hiddenFilms = described.films.hidden;
  const release = {
    releaseId,
    size,
    floors,
    revokedThrough,
    restoredThrough,
    ...(counter !== undefined && { counter }),
  };
  const standings = new Standings(described.standings);
  return { ok: true, value: { ...release, equal, rows, films, hiddenFilms, standings } };
}

function describe(rows: EntryRows): RowsDescription {
  return { length: rows.length, classes: rows.classes };
}

function emptyRows(name: Algorithm, { length, classes }: RowsDescription): EntryRows {
  return new EntryRows(new PackedRows(rowWidth(name), length), classes);
}

function* partsOf(
  equal: Readonly<Record<ExactAlgorithm, Equal>>,
  near: Readonly<Record<PerceptualAlgorithm, EntryRows>>,
  films: SetFile["films"],
): Generator<Uint8Array> {
  for (const name of EXACT) {
    yield* equal[name].table.values.parts();
    yield* equal[name].rows.packed.parts();
  }
  for (const name of PERCEPTUAL) yield* near[name].packed.parts();
  yield* films.rows.packed.parts();
  yield* films.frames.parts();
}

function eachOf<K extends string, T>(names: readonly K[], make: (name: K) => T): Record<K, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, T>;
}

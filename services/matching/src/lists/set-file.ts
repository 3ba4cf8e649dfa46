import type { Algorithm, Classification } from "@ntd/proto/common/v1/common";
import { readEntriesFile, writeEntriesFile, type Kept } from "./entries-file.ts";
import { EntryRows, rowWidth } from "./entry-rows.ts";
import { ExactTable } from "../search/exact-table.ts";
import { inSlices } from "@ntd/service";
import { PackedRows } from "./packed-rows.ts";
import type { Equal, Floors, ReleaseEntries } from "./release-entries.ts";
import { BYTES, EXACT, PERCEPTUAL, type ExactAlgorithm, type PerceptualAlgorithm } from "../search/search-plan.ts";

/** The entries of a release, but for the indexes by distance, which have files of their own. */
export interface SetFile extends Release {
  equal: Record<ExactAlgorithm, Equal>;
  rows: Record<PerceptualAlgorithm, EntryRows>;
}

interface Release {
  releaseId: string;
  size: number;
  floors: Floors;
  revokedThrough: number;
}

interface Description extends Release {
  equal: Record<ExactAlgorithm, RowsDescription & { hidden: number[] }>;
  near: Record<PerceptualAlgorithm, RowsDescription>;
}

interface RowsDescription {
  length: number;
  classes: readonly Classification[];
}

export async function writeSetFile(file: string, releaseId: string, entries: ReleaseEntries): Promise<void> {
  const { size, floors, revokedThrough, equal, near } = entries;
  const described: Description = {
    releaseId,
    size,
    floors,
    revokedThrough,
    equal: eachOf(EXACT, (name) => ({ ...describe(equal[name].rows), hidden: [...equal[name].table.hidden] })),
    near: eachOf(PERCEPTUAL, (name) => describe(near[name].rows)),
  };
  const rows = eachOf(PERCEPTUAL, (name) => near[name].rows);
  await writeEntriesFile(file, described, partsOf(equal, rows));
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
    return { value: { described, equal, rows }, parts: [...partsOf(equal, rows)] };
  });
  if (!read.ok) return read;
  const { described, equal, rows } = read.value;
  const { releaseId, size, floors, revokedThrough } = described;
  for (const name of EXACT) {
    await inSlices(equal[name].table.build());
    for (const row of described.equal[name].hidden) equal[name].table.hide(row);
  }
  return { ok: true, value: { releaseId, size, floors, revokedThrough, equal, rows } };
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
): Generator<Uint8Array> {
  for (const name of EXACT) {
    yield* equal[name].table.values.parts();
    yield* equal[name].rows.packed.parts();
  }
  for (const name of PERCEPTUAL) yield* near[name].packed.parts();
}

function eachOf<K extends string, T>(names: readonly K[], make: (name: K) => T): Record<K, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, T>;
}

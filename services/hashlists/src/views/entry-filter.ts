import { Algorithm } from "@ntd/proto/common/v1/common";
import { EntryState, type ListEntriesRequest } from "@ntd/proto/hashlists/v1/set_view_service";
import { Problem, type FieldFault } from "@ntd/service";
import { kindsOf } from "../chunks/chunk-kinds.ts";
import { ALGORITHMS, type ChunkState } from "../chunks/entry-chunk.ts";
import { idKeys } from "../entries/entry-id.ts";

/** Which entries of a chunk are asked for, from a place on, and whether each is revoked. */
export type EntryFilter = (
  chunk: ChunkState,
  from: number,
  revoked: ReadonlySet<string>,
) => { i: number; isRevoked: boolean }[];

type Asked = Pick<ListEntriesRequest, "algorithm" | "classification" | "state">;

/** @throws Problem FIELD_INVALID naming what is none. */
export function entryFilter({ algorithm, classification, state }: Asked): EntryFilter {
  const wanted = ALGORITHMS.findIndex((name) => `ALGORITHM_${name}` === algorithm);
  const anyAlgorithm = algorithm === Algorithm.UNSPECIFIED;
  const faults: FieldFault[] = [];
  if (wanted < 0 && !anyAlgorithm) faults.push({ field: "algorithm", description: "is none that lists have" });
  if (state === "UNRECOGNIZED") faults.push({ field: "state", description: "is none that this release knows" });
  if (faults.length > 0) throw Problem.fields(...faults);
  const { scheme = "", code = "" } = classification ?? {};
  return (chunk, from, revoked) => {
    const kindOf = kindsOf(chunk);
    return idKeys(chunk.ids).flatMap((key, i) => {
      if (i < from || !(anyAlgorithm || chunk.algorithms[i] === wanted)) return [];
      const kind = kindOf(i);
      if (classification !== undefined && (kind.scheme !== scheme || (code !== "" && kind.code !== code))) return [];
      const isRevoked = revoked.has(key);
      const fits = state === EntryState.UNSPECIFIED || isRevoked === (state === EntryState.REVOKED);
      return fits ? [{ i, isRevoked }] : [];
    });
  };
}

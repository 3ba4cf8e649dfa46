import { ALGORITHMS, placesOf, type ChunkState } from "./entry-chunk.ts";
import type { AlgorithmName } from "../formats/entry-line.ts";

/** By what algorithm an entry is found, and what it is classed as. */
export interface Kind {
  algorithm: AlgorithmName;
  scheme: string;
  code: string;
}

/** Of which kinds those places of a chunk are, and how many of each. */
export function kindsAmong(chunk: ChunkState, places: readonly number[]): { kind: Kind; count: number }[] {
  const [classOf, kind] = [placesOf(chunk), kindsOf(chunk)];
  const found = new Map<number, { kind: Kind; count: number }>();
  for (const i of places) {
    const which = (chunk.algorithms[i] ?? 0) * MOST_CLASSES + classOf.getUint16(i * 2, true);
    const known = found.get(which);
    if (known === undefined) found.set(which, { kind: kind(i), count: 1 });
    else known.count++;
  }
  return [...found.values()];
}

/** Places of classes have 16 bits. */
const MOST_CLASSES = 2 ** 16;

/** Of each entry in a chunk of what kind it is. */
export function kindsOf(chunk: ChunkState): (i: number) => Kind {
  const classOf = placesOf(chunk);
  return (i) => {
    const { scheme = "", code = "" } = chunk.classes[classOf.getUint16(i * 2, true)] ?? {};
    return { algorithm: ALGORITHMS[chunk.algorithms[i] ?? 0] ?? "SHA256", scheme, code };
  };
}

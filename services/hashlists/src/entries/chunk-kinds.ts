import { ALGORITHMS, placesOf, type ChunkState } from "./entry-chunk.ts";
import type { AlgorithmName } from "../formats/entry-line.ts";

/** By what algorithm an entry is found, and what it is classed as. */
export interface Kind {
  algorithm: AlgorithmName;
  scheme: string;
  code: string;
}

/** Of each entry in a chunk of what kind it is. */
export function kindsOf(chunk: ChunkState): (i: number) => Kind {
  const classOf = placesOf(chunk);
  return (i) => {
    const { scheme = "", code = "" } = chunk.classes[classOf.getUint16(i * 2, true)] ?? {};
    return { algorithm: ALGORITHMS[chunk.algorithms[i] ?? 0] ?? "SHA256", scheme, code };
  };
}

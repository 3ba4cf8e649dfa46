import type { ChunkState } from "../chunks/entry-chunk.ts";
import { ID_BYTES } from "./entry-id.ts";

/** Bytes of a print: those behind the first one of an id, which is the chunk's bucket. */
const PRINT_BYTES = 3;

/**
 * The prints of the ids in a chunk: who looks for some ids reads 3 bytes an entry, and then only chunks that have one of
 * them, or one in 16 million times what else is in their bucket. What is taken out of a chunk later may stay here.
 */
export interface PrintsState {
  schemaVersion: 1;
  part: string;
  prints: Uint8Array;
}

export function printsOf({ part, ids }: Pick<ChunkState, "part" | "ids">): PrintsState {
  const prints = new Uint8Array((ids.length / ID_BYTES) * PRINT_BYTES);
  for (let at = 0, from = 1; at < prints.length; at += PRINT_BYTES, from += ID_BYTES) {
    for (let byte = 0; byte < PRINT_BYTES; byte++) prints[at + byte] = ids[from + byte] ?? 0;
  }
  return { schemaVersion: 1, part, prints };
}

/** Prints that are looked for in one bucket. */
export class WantedPrints {
  readonly #prints: ReadonlySet<number>;
  // By the first two bytes: most of what is there is passed over without being looked up.
  readonly #beginnings = new Uint8Array(65_536);

  /** @param keys ids as texts of as many characters. */
  constructor(keys: Iterable<string>) {
    this.#prints = new Set(Array.from(keys, printOfKey));
    for (const print of this.#prints) this.#beginnings[print >>> 8] = 1;
  }

  areIn({ prints }: PrintsState): boolean {
    for (let at = 0; at < prints.length; at += PRINT_BYTES) {
      const beginning = ((prints[at] ?? 0) << 8) | (prints[at + 1] ?? 0);
      if (this.#beginnings[beginning] === 1 && this.#prints.has((beginning << 8) | (prints[at + 2] ?? 0))) return true;
    }
    return false;
  }
}

function printOfKey(key: string): number {
  return (key.charCodeAt(1) << 16) | (key.charCodeAt(2) << 8) | key.charCodeAt(3);
}

import { setImmediate } from "node:timers/promises";
import type { LineFault } from "../releases/release.ts";
import { SeenIds } from "../releases/seen-ids.ts";
import type { Collections } from "../store.ts";
import { linesOf, type ChunkState } from "./entry-chunk.ts";
import { ID_BYTES } from "./entry-id.ts";
import { chunksOf } from "./store-entries.ts";

/**
 * The lines of a part whose hash an earlier line has already: a fault, since nobody could say which of them holds. They
 * are looked for in what is stored, a bucket at a time, so a 256th of the ids is in memory.
 */
export async function* duplicatesIn(
  collections: Pick<Collections, "entries">,
  part: string,
): AsyncGenerator<LineFault[], void, undefined> {
  let [bucket, seen] = [-1, new SeenIds()];
  for await (const page of chunksOf(collections, part)) {
    for (const { state } of page) {
      if (state.bucket !== bucket) [bucket, seen] = [state.bucket, new SeenIds()];
      yield [...repeated(state, seen)];
      await setImmediate();
    }
  }
}

function* repeated(chunk: ChunkState, seen: SeenIds): Generator<LineFault> {
  const lineOf = linesOf(chunk);
  for (let i = 0; i * ID_BYTES < chunk.ids.length; i++) {
    const line = lineOf(i);
    const earlier = seen.note(chunk.ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES), line);
    if (earlier === undefined) continue;
    yield { line, field: "value", problem: `is the same hash as in line ${earlier}; keep one of them` };
  }
}

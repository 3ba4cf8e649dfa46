import { derivedId } from "@ntd/service";
import type { LineFault } from "./release.ts";
import type { ReadEntry } from "./release-reader.ts";
import type { Collections, EntryState } from "./store.ts";

/** Entries that are written at once. */
const BATCH = 1000;

/** Stores entries of one part. A hash that an earlier line has already is a fault: nobody could say which line holds. */
export async function storeEntries(
  { entries }: Pick<Collections, "entries">,
  part: string,
  lines: readonly ReadEntry[],
): Promise<LineFault[]> {
  const faults: LineFault[] = [];
  for (let at = 0; at < lines.length; at += BATCH) {
    const documents = lines.slice(at, at + BATCH).map((line) => documentOf(part, line));
    if ((await entries.insertMany(documents)) === documents.length) continue;
    for (const { id, state } of documents) {
      const kept = await entries.load(id);
      if (kept === undefined || kept.state.line === state.line) continue;
      const problem = `is the same hash as in line ${kept.state.line}; keep one of them`;
      faults.push({ line: state.line, field: "value", problem });
    }
  }
  return faults;
}

/** Removes the entries of a part, however often it is begun; false when `stop` aborts before the last one. */
export async function removeEntries(
  { entries }: Pick<Collections, "entries">,
  part: string,
  stop: AbortSignal,
): Promise<boolean> {
  while (!stop.aborted) {
    const some = await entries.find({ where: { part }, limit: BATCH });
    if (some.length === 0) return true;
    await entries.remove(...some.map(({ id }) => id));
  }
  return false;
}

function documentOf(part: string, line: ReadEntry): { id: string; state: EntryState } {
  const value = Uint8Array.from(Buffer.from(line.value, "hex"));
  return {
    id: derivedId("entry", part, line.algorithm, line.value),
    state: { schemaVersion: 1, part, ...line, value },
  };
}

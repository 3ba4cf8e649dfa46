import { parentPort, workerData } from "node:worker_threads";
import { packResults } from "./packed-results.ts";
import { searchSegments, type Searchable } from "../segments/search-segments.ts";
import { idsOf, type SharedSegment } from "../segments/segment.ts";
import { SegmentSearch } from "../segments/segment-search.ts";
import { answerWith, type Numbered } from "./thread-calls.ts";

/** A batch of hashes, one after the other, over segments that the thread was told of before. */
export interface SearchBatch {
  segments: { key: number; rows: number }[];
  hashes: Uint8Array;
  radius: number;
  limit: number;
}

export type ToSearchThread = { attach: SharedSegment } | (Numbered & ({ detach: number } | { search: SearchBatch }));

const attached = new Map<number, Pick<Searchable, "search" | "ids">>();
const { slot } = workerData as { slot: number };
const port = parentPort;

port?.on("message", (message: ToSearchThread) => {
  if ("attach" in message) {
    const { key, memory, shape, kernel } = message.attach;
    attached.set(key, { search: new SegmentSearch(memory, shape, slot, kernel), ids: idsOf(memory, shape) });
  } else if ("detach" in message) {
    attached.delete(message.detach);
    void answerWith(port, message.call, () => ({ result: undefined }));
  } else void answerWith(port, message.call, () => search(message.search));
});

function search({ segments, hashes, radius, limit }: SearchBatch) {
  const parts = segments.map(({ key, rows }) => {
    const segment = attached.get(key);
    if (segment === undefined) throw new Error(`segment ${key} is not attached`);
    return { ...segment, rows };
  });
  const results = Array.from({ length: hashes.length / 32 }, (_, i) =>
    searchSegments(parts, hashes.subarray(i * 32, i * 32 + 32), radius, limit),
  );
  const result = packResults(results);
  return { result, transfer: Object.values(result).map(({ buffer }) => buffer) };
}

import { availableParallelism, cpus } from "node:os";
import { createIndex } from "./hamming-index.ts";

// Prints the table of the README: one thread, even random data from a fixed seed, median of 21 searches.
const print = (line: string) => process.stdout.write(`${line}\n`);
const QUERIES = 21;

print(`${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.version}`);
print("entries | add all, ms | search r = 0, ms | search r = 31, ms | eight at once r = 31, ms | bytes an entry");
let state = 1;
for (const entries of [10_000, 100_000, 1_000_000]) {
  const before = settledBytes();
  const index = createIndex();
  const start = performance.now();
  for (let id = 0; id < entries; id++) index.add(id, randomHash());
  const added = performance.now() - start;
  const bytes = settledBytes() - before;
  const searches = [
    await median(() => index.search(randomHash(), 0)),
    await median(() => index.search(randomHash(), 31)),
    await median(() => index.searchMany(Array.from({ length: 8 }, randomHash), 31)),
  ];
  print([entries, added.toFixed(0), ...searches.map((ms) => ms.toFixed(2)), Math.round(bytes / entries)].join(" | "));
}

/** Bytes in use after the garbage is gone, for which Node needs --expose-gc. */
function settledBytes(): number {
  globalThis.gc?.();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < QUERIES; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[QUERIES >> 1] as number;
}

function randomHash(): Uint8Array {
  return Uint8Array.from({ length: 32 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

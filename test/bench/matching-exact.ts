import { createBuilder, type HammingIndex, type SearchResult } from "@ntd/hammingindex";
import { dataSets, flip, ones, randomWords, type DataSet } from "./matching-data.ts";
import type { Figure } from "./report.ts";

const RADII = [0, 8, 16, 24, 31, 40, 64];
const LIMIT = 1000;
const ADDED = 100_000;
const REMOVED = 10_000;

/** Compares the index with reading every row in plain TypeScript, before and after many changes. */
export async function measureExactness(name: DataSet, rows: number, queries: number): Promise<Figure> {
  const draw = dataSets[name](11);
  const words = new Uint32Array((rows + ADDED) * 8);
  for (let row = 0; row < rows + ADDED; row++) draw(words, row * 8);
  const bytes = new Uint8Array(words.buffer);
  const builder = createBuilder();
  builder.addRows(0, bytes.subarray(0, rows * 32));
  await using index = await builder.build();
  const next = randomWords(12);
  let differences = await compare(index, words, rows, () => false, queries, next);
  for (let row = rows; row < rows + ADDED; row++) index.add(row, bytes.subarray(row * 32, row * 32 + 32));
  const removed = new Set<number>();
  while (removed.size < REMOVED) removed.add(next() % (rows + ADDED));
  for (const id of removed) index.remove(id);
  differences += await compare(index, words, rows + ADDED, (id) => removed.has(id), queries, next);
  const figure = `results that differ from brute force, ${name}, ${shown(rows)}, ${queries} queries at r = ${RADII.join(", ")}`;
  return { figure, value: differences, unit: "", aim: "0", met: differences === 0 };
}

async function compare(
  index: HammingIndex,
  words: Uint32Array,
  rows: number,
  isRemoved: (id: number) => boolean,
  queries: number,
  next: () => number,
): Promise<number> {
  let differences = 0;
  const query = new Uint32Array(8);
  for (let i = 0; i < queries; i++) {
    drawNear(query, words, rows, next);
    const near = bruteForce(words, rows, query, isRemoved);
    for (const radius of RADII) {
      const within = near.subarray(0, near.findLastIndex((key) => key < (radius + 1) * ROW) + 1);
      const found = await index.search(new Uint8Array(query.buffer), radius, LIMIT);
      if (!isSame(found, within)) differences++;
    }
  }
  return differences;
}

/** A row with up to 70 bits flipped: at every radius something lies near its border. */
export function drawNear(query: Uint32Array, words: Uint32Array, rows: number, next: () => number): void {
  const row = next() % rows;
  query.set(words.subarray(row * 8, row * 8 + 8));
  for (let flips = next() % 71; flips > 0; flips--) flip(query, 0, next() & 255);
}

const ROW = 2 ** 32;
const MOST_FOUND = 11_000_000;
const keys = new Float64Array(MOST_FOUND);

/** All within 64 bits, each as distance × 2^32 + id, ascending: nearest first, and among equals by id. */
function bruteForce(words: Uint32Array, rows: number, query: Uint32Array, isRemoved: (id: number) => boolean) {
  let count = 0;
  const [a, b, c, d, e, f, g, h] = query as unknown as [number, number, number, number, number, number, number, number];
  for (let id = 0, at = 0; id < rows; id++, at += 8) {
    let distance = ones((words[at] as number) ^ a) + ones((words[at + 1] as number) ^ b);
    distance += ones((words[at + 2] as number) ^ c) + ones((words[at + 3] as number) ^ d);
    if (distance > 64) continue;
    distance += ones((words[at + 4] as number) ^ e) + ones((words[at + 5] as number) ^ f);
    distance += ones((words[at + 6] as number) ^ g) + ones((words[at + 7] as number) ^ h);
    if (distance <= 64 && !isRemoved(id)) keys[count++] = distance * ROW + id;
  }
  return keys.slice(0, count).sort();
}

function isSame({ ids, distances, more }: SearchResult, expected: Float64Array): boolean {
  const kept = expected.subarray(0, LIMIT);
  return (
    more === expected.length > LIMIT &&
    ids.length === kept.length &&
    kept.every((key, i) => key === (distances[i] as number) * ROW + (ids[i] as number))
  );
}

function shown(rows: number): string {
  return `${rows / 1e6} M`;
}

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
    const near = bruteForce(words, rows, query).filter(({ id }) => !isRemoved(id));
    for (const radius of RADII) {
      const expected = near.filter(({ distance }) => distance <= radius);
      const found = await index.search(new Uint8Array(query.buffer), radius, LIMIT);
      if (!isSame(found, expected)) differences++;
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

interface Near {
  id: number;
  distance: number;
}

function bruteForce(words: Uint32Array, rows: number, query: Uint32Array): Near[] {
  const near: Near[] = [];
  const [a, b, c, d, e, f, g, h] = query as unknown as [number, number, number, number, number, number, number, number];
  for (let id = 0, at = 0; id < rows; id++, at += 8) {
    let distance = ones((words[at] as number) ^ a) + ones((words[at + 1] as number) ^ b);
    distance += ones((words[at + 2] as number) ^ c) + ones((words[at + 3] as number) ^ d);
    if (distance > 64) continue;
    distance += ones((words[at + 4] as number) ^ e) + ones((words[at + 5] as number) ^ f);
    distance += ones((words[at + 6] as number) ^ g) + ones((words[at + 7] as number) ^ h);
    if (distance <= 64) near.push({ id, distance });
  }
  return near.sort((x, y) => x.distance - y.distance || x.id - y.id);
}

function isSame({ ids, distances, more }: SearchResult, expected: readonly Near[]): boolean {
  const kept = expected.slice(0, LIMIT);
  return (
    more === expected.length > LIMIT &&
    ids.length === kept.length &&
    kept.every(({ id, distance }, i) => ids[i] === id && distances[i] === distance)
  );
}

function shown(rows: number): string {
  return `${rows / 1e6} M`;
}

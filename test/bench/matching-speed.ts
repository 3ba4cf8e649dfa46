import { createBuilder, type HammingIndex, type IndexThreads, startThreads } from "@ntd/hammingindex";
import { dataSets, type DataSet } from "./matching-data.ts";
import { atLeast, atMost, quantile, stated, type Figure } from "./report.ts";

/** Searches of one turn; the first of each turn are not counted, since the other engine has emptied the caches. */
const TURN = 200;
const DROPPED = 20;

export async function buildIndex(name: DataSet, rows: number, threads?: IndexThreads): Promise<HammingIndex> {
  const draw = dataSets[name](1);
  const builder = createBuilder(threads === undefined ? {} : { threads });
  const words = new Uint32Array(8 * 10_000);
  for (let row = 0; row < rows; row += 10_000) {
    for (let i = 0; i < 10_000; i++) draw(words, i * 8);
    builder.addRows(row, new Uint8Array(words.buffer));
  }
  return builder.build();
}

/** Fresh queries without end; nearly all of what a platform looks up is not listed. */
export function queriesOf(name: DataSet, seed: number): () => Uint8Array {
  const draw = dataSets[name](seed);
  const words = new Uint32Array(8);
  return () => {
    draw(words, 0);
    return new Uint8Array(words.buffer);
  };
}

interface Times {
  index: number[];
  scan: number[];
}

/** Milliseconds of each search, index and scan taking turns over the same rows in one thread. */
async function takeTurns(index: HammingIndex, name: DataSet, radius: number, turns: number): Promise<Times> {
  const times: Times = { index: [], scan: [] };
  const query = queriesOf(name, 2 + radius);
  for (let turn = 0; turn < turns; turn++) {
    for (let i = 0; i < TURN; i++) {
      const hash = query();
      const start = performance.now();
      await index.search(hash, radius);
      if (i >= DROPPED) times.index.push(performance.now() - start);
    }
    for (let i = 0; i < TURN; i++) {
      const hash = query();
      const start = performance.now();
      index.scan(hash, radius);
      if (i >= DROPPED) times.scan.push(performance.now() - start);
    }
  }
  return times;
}

const SPEEDUPS = [
  { radius: 31, aim: 80 },
  { radius: 16, aim: 250 },
  { radius: 8, aim: 1000 },
  { radius: 0, aim: 5000 },
];

/** The figures at ten million rows that are spread evenly. */
export async function measureLarge(index: HammingIndex, name: DataSet, turns: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { radius, aim } of SPEEDUPS) {
    const { index: searches, scan } = await takeTurns(index, name, radius, turns);
    const [p50, p99] = [quantile(searches, 0.5), quantile(searches, 0.99)];
    const of = `10 M, ${name}, r = ${radius}`;
    const ratio = quantile(scan, 0.5) / p50;
    const aimed = name === "uniform";
    figures.push(
      aimed
        ? atLeast(`${of}: times as fast as its scan`, ratio, "×", aim)
        : stated(`${of}: times as fast as its scan`, ratio, "×"),
    );
    figures.push(aimed && radius === 31 ? atMost(`${of}: p50`, p50, "ms", 0.3) : stated(`${of}: p50`, p50, "ms"));
    figures.push(aimed && radius === 31 ? atMost(`${of}: p99`, p99, "ms", 1) : stated(`${of}: p99`, p99, "ms"));
    figures.push(stated(`${of}: scan p50`, quantile(scan, 0.5), "ms"));
  }
  return figures;
}

/** The one ratio that is asserted wherever tests run, since it holds on noisy machines. */
export async function measureMillion(index: HammingIndex, turns: number): Promise<Figure[]> {
  const { index: searches, scan } = await takeTurns(index, "uniform", 31, turns);
  const ratio = quantile(scan, 0.5) / quantile(searches, 0.5);
  return [
    atLeast("1 M, uniform, r = 31: times as fast as its scan (floor 12)", ratio, "×", 25),
    stated("1 M, uniform, r = 31: p50", quantile(searches, 0.5), "ms"),
    stated("1 M, uniform, r = 31: p99", quantile(searches, 0.99), "ms"),
  ];
}

export async function measureSkewed(index: HammingIndex, turns: number): Promise<Figure[]> {
  const { index: searches, scan } = await takeTurns(index, "blockhashLike", 31, turns);
  const [p50, p99] = [quantile(searches, 0.5), quantile(searches, 0.99)];
  const own = quantile(scan, 0.5);
  return [
    stated("1 M, blockhashLike, r = 31, ≤ 1,000 results: p50", p50, "ms"),
    atMost("1 M, blockhashLike, r = 31, ≤ 1,000 results: p99 / p50 of its scan", p99 / own, "×", 2.5),
  ];
}

/** As many hashes as one thread takes at a time: a larger batch would be shared between them. */
const BATCH = 16;

/** Batches on one of two threads, then on both, over the same memory. */
export async function measureThreads(rows: number, aim: number): Promise<Figure[]> {
  await using threads = startThreads({ search: 2 });
  await using index = await buildIndex("uniform", rows, threads);
  const query = queriesOf("uniform", 77);
  const batches = Array.from({ length: 600 }, () => Array.from({ length: BATCH }, () => query().slice()));
  const run = async (lanes: number) => {
    const start = performance.now();
    const left = [...batches];
    const lane = async () => {
      for (let batch = left.pop(); batch !== undefined; batch = left.pop()) await index.searchMany(batch, 31);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return (batches.length * BATCH) / ((performance.now() - start) / 1000);
  };
  await run(2);
  const [one, two]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < 5; turn++) {
    one.push(await run(1));
    two.push(await run(2));
  }
  const [alone, both] = [quantile(one, 0.5), quantile(two, 0.5)];
  return [
    stated(`${rows / 1e6} M, r = 31: searches a second on one thread, in batches of ${BATCH}`, alone, "/s"),
    atLeast(`${rows / 1e6} M, r = 31: two threads against one on one index`, both / alone, "×", aim),
  ];
}

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { dataSets, type DataSet } from "./matching-data.ts";
import { measureExactness } from "./matching-exact.ts";
import { matchingServiceFigures } from "./matching-service.ts";
import { buildIndex, measureLarge, measureMillion, measureSkewed, measureThreads } from "./matching-speed.ts";
import { atMost, report, stated, type Figure } from "./report.ts";

// npm run bench:matching [-- exact speed threads load service]: all parts, or those that are named.
const LARGE = 10_000_000;
const SMALL = 1_000_000;
const wanted = process.argv.slice(2);
const figures: Figure[] = [];
const names = Object.keys(dataSets) as DataSet[];

await part("exact", async () => {
  for (const name of names) figures.push(await measureExactness(name, SMALL, 1000));
  for (const name of names) figures.push(await measureExactness(name, LARGE, 50));
});
await part("speed", async () => {
  for (const name of names) {
    await using index = await buildIndex(name, LARGE);
    figures.push(...(await measureLarge(index, name, name === "uniform" ? 3 : 1)));
  }
  await using small = await buildIndex("uniform", SMALL);
  figures.push(...(await measureMillion(small, 8)));
  await using skewed = await buildIndex("blockhashLike", SMALL);
  figures.push(...(await measureSkewed(skewed, 8)));
});
await part("threads", async () => figures.push(...(await measureThreads(LARGE, 1.7))));
await part("load", async () => figures.push(...(await measureLoad())));
await part("service", async () => {
  const load = { entries: SMALL, searchesPerSecond: 500 };
  figures.push(...(await matchingServiceFigures({ ...load, seconds: 30, hashes: 1 })));
  figures.push(...(await matchingServiceFigures({ ...load, seconds: 10, hashes: 8 })));
});
report("matching", figures);

async function part(name: string, measure: () => Promise<unknown>): Promise<void> {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  const start = performance.now();
  await measure();
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
}

async function measureLoad(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "ntd-bench-"));
  try {
    const [rows, snapshot] = [join(folder, "rows"), join(folder, "snapshot")];
    await writeRows(rows);
    const fresh = load("rows", rows, snapshot);
    const again = load("snapshot", snapshot);
    return [
      atMost("10 M: rows in a file → ready", fresh.readyMs / 1000, "s", 10),
      atMost("10 M: snapshot → ready", again.readyMs / 1000, "s", 4),
      atMost("10 M: memory of the index a hash", fresh.bytes / fresh.rows, "B", 125),
      atMost("10 M: resident memory of the process a hash, built from rows", fresh.resident / fresh.rows, "B", 180),
      stated("10 M: resident memory of the process a hash, from a snapshot", again.resident / again.rows, "B"),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function load(...args: string[]): { readyMs: number; rows: number; bytes: number; resident: number } {
  const script = join(import.meta.dirname, "./matching-load.ts");
  return JSON.parse(execFileSync(process.execPath, ["--expose-gc", script, ...args], { encoding: "utf8" }));
}

async function writeRows(file: string): Promise<void> {
  const draw = dataSets.uniform(1);
  const stream = createWriteStream(file);
  for (let row = 0; row < LARGE; row += 100_000) {
    const words = new Uint32Array(800_000);
    for (let i = 0; i < 100_000; i++) draw(words, i * 8);
    if (!stream.write(new Uint8Array(words.buffer))) await once(stream, "drain");
  }
  stream.end();
  await finished(stream);
}

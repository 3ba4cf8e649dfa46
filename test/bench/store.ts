import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { DatabaseSync } from "node:sqlite";
import { openStore, type Collection, type Store } from "@ntd/store";
import { atLeast, atMost, quantile, report, stated, type Figure } from "./report.ts";

// Durable writes a second of the SQLite store against a bare node:sqlite loop that writes the same rows and waits for
// each, in the same run and folder, turn and turn about: node test/bench/store.ts [rounds]
const ROUNDS = Number(process.argv[2] ?? 5);
const ROUND_MS = 1000;

interface Thing {
  name: string;
  dueAt: Date;
  text: string;
}

const folder = mkdtempSync(join(import.meta.dirname, "../../.ntd/bench-store-"));
const text = "x".repeat(600);
const thing = (): Thing => ({ name: randomUUID(), dueAt: new Date(), text });

try {
  await using store = await openStore(`file:${join(folder, "store.sqlite")}`, { journal: join(folder, "journal") });
  const things = await open(store);
  const protecting = await open(store, "protecting");
  const bare = bareTable(join(folder, "bare.sqlite"));
  report("store", [
    ...(await throughput(things, bare)),
    ...(await journaled(things, protecting)),
    ...(await latency(things)),
    ...(await lateness(things)),
  ]);
} finally {
  rmSync(folder, { recursive: true });
}

function open(store: Store, name = "things"): Promise<Collection<Thing, "name" | "dueAt">> {
  return store.collection<Thing, "name" | "dueAt">({
    name,
    journaled: () => name === "protecting",
    fields: { name: (t) => t.name, dueAt: (t) => t.dueAt },
  });
}

function bareTable(path: string): () => void {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
    CREATE TABLE things (id TEXT PRIMARY KEY, version INTEGER, state BLOB, name, due_at);
    CREATE INDEX by_name ON things (name, id); CREATE INDEX by_due ON things (due_at, id)`);
  const insert = db.prepare("INSERT INTO things VALUES (?, 1, ?, ?, ?)");
  return () => {
    const state = thing();
    insert.run(randomUUID(), Buffer.from(JSON.stringify(state)), state.name, state.dueAt.getTime());
  };
}

async function throughput(things: Collection<Thing, "name" | "dueAt">, bare: () => void): Promise<Figure[]> {
  const widths = [1, 16, 64];
  const ratios = new Map<number, number[]>(widths.map((width) => [width, []]));
  const alone: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const width of widths) {
      const loop = bareRate(bare);
      const rate = await storeRate(things, width);
      // The first round warms up.
      if (round === 0) continue;
      alone.push(loop);
      ratios.get(width)?.push(rate / loop);
    }
  }
  const median = (width: number) => quantile(ratios.get(width) ?? [], 0.5);
  return [
    stated("bare node:sqlite loop", quantile(alone, 0.5), "writes/s"),
    atLeast("1 writer against the bare loop", median(1), "×", 0.5),
    atLeast("16 writers against the bare loop", median(16), "×", 3),
    atLeast("64 writers against the bare loop", median(64), "×", 5),
  ];
}

// What protects is flushed to the journal first, then to the store: two flushes after one another.
async function journaled(
  things: Collection<Thing, "name" | "dueAt">,
  protecting: Collection<Thing, "name" | "dueAt">,
): Promise<Figure[]> {
  const [one, many]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    one.push((await storeRate(protecting, 1)) / (await storeRate(things, 1)));
    many.push((await storeRate(protecting, 64)) / (await storeRate(things, 64)));
  }
  return [
    atLeast("1 writer of what protects against one of what does not", quantile(one, 0.5), "×", 0.3),
    atLeast("64 writers of what protects against 64 of what does not", quantile(many, 0.5), "×", 0.25),
  ];
}

function bareRate(write: () => void): number {
  const begun = performance.now();
  let writes = 0;
  for (; performance.now() - begun < ROUND_MS; writes++) write();
  return (writes * 1000) / (performance.now() - begun);
}

async function storeRate(things: Collection<Thing, "name" | "dueAt">, width: number): Promise<number> {
  const begun = performance.now();
  let writes = 0;
  async function writer(): Promise<void> {
    for (; performance.now() - begun < ROUND_MS; writes++) await things.insert(randomUUID(), thing());
  }
  await Promise.all(Array.from({ length: width }, writer));
  return (writes * 1000) / (performance.now() - begun);
}

// What a turn through the thread costs when nothing is written: a load of a document that was not used lately.
async function latency(things: Collection<Thing, "name" | "dueAt">): Promise<Figure[]> {
  const old = await things.find({ limit: 5000 });
  const times: number[] = [];
  for (const { id } of old) {
    const begun = performance.now();
    await things.load(id);
    times.push(performance.now() - begun);
  }
  return [
    stated("a load, p50", quantile(times, 0.5) * 1000, "µs"),
    stated("a load, p99", quantile(times, 0.99) * 1000, "µs"),
  ];
}

// How late the event loop is while 64 writers write and a reader projects all of it.
async function lateness(things: Collection<Thing, "name" | "dueAt">): Promise<Figure[]> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const reading = (async () => {
    for (let i = 0; i < 5; i++) await things.project({ orderBy: "dueAt" }, { id: "text", dueAt: "number" });
  })();
  await storeRate(things, 64);
  await reading;
  delay.disable();
  // The timer itself comes each millisecond.
  return [atMost("event loop late while 64 write, p99", delay.percentile(99) / 1e6 - 1, "ms", 50)];
}

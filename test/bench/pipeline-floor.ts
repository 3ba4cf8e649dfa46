import { globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import type { Bus } from "@ntd/bus";
import { startTestBed } from "@ntd/testing";

/** What one report writes and publishes, as counted in the stores and streams of a run. */
export interface Counted {
  /** Durable writes of documents by store, and the mean size of a state. */
  stores: { name: string; writes: number; bytes: number }[];
  /** Acknowledged publishes, and the mean size of a message. */
  publishes: number;
  publishBytes: number;
}

/** Messages and their bytes in all streams. */
export async function published({ manager }: Bus): Promise<{ messages: number; bytes: number }> {
  let [messages, bytes] = [0, 0];
  for await (const { state } of manager.streams.list()) {
    messages += state.messages;
    bytes += state.bytes;
  }
  return { messages, bytes };
}

/** Counts in the stores below `dir`, whose services have stopped: every write has raised one document's version. */
export function writesBelow(dir: string, reports: number): Counted["stores"] {
  return globSync(join(dir, "**/*.sqlite")).map((file) => {
    using db = new DatabaseSync(file, { readOnly: true });
    const tables = db.prepare("SELECT name FROM pragma_table_list WHERE type = 'table'").all();
    let [writes, bytes, rows] = [0, 0, 0];
    for (const { name } of tables) {
      const columns = db.prepare(`SELECT name FROM pragma_table_info(?)`).all(String(name));
      if (!["version", "state"].every((wanted) => columns.some((column) => column["name"] === wanted))) continue;
      const sums = `SELECT sum(version) AS w, sum(length(state)) AS b, count(*) AS n FROM "${String(name)}"`;
      const { w, b, n } = db.prepare(sums).get() as { w: number; b: number; n: number };
      [writes, bytes, rows] = [writes + (w ?? 0), bytes + (b ?? 0), rows + n];
    }
    const name = basename(dirname(file));
    return { name, writes: writes / reports, bytes: Math.round(bytes / Math.max(1, rows)) };
  });
}

const REPORTS = 300;
const IN_FLIGHT = 64;

/**
 * Reports a second of nothing but those writes and publishes: each write its own commit, one thread a store as each
 * service is a process, publishes beside them with as many in flight as there were reports under way.
 */
export async function floorOf(counted: Counted): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-floor-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const bed = stack.use(await startTestBed({ apply: {} }));
  const began = performance.now();
  const stores = counted.stores.map(({ name, writes, bytes }, n) =>
    writing(join(dir, `${n}-${name}.sqlite`), Math.round(writes * REPORTS), bytes),
  );
  await Promise.all([...stores, publishing(bed.bus, Math.round(counted.publishes * REPORTS), counted.publishBytes)]);
  return (REPORTS * 1000) / (performance.now() - began);
}

const writer = `
const { workerData: { file, writes, bytes } } = require("node:worker_threads");
const { DatabaseSync } = require("node:sqlite");
const db = new DatabaseSync(file);
db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id TEXT PRIMARY KEY, version INTEGER, state BLOB)");
const put = db.prepare("INSERT INTO t VALUES (?, 1, ?) ON CONFLICT DO UPDATE SET version = version + 1, state = excluded.state");
const state = Buffer.alloc(bytes, 7);
for (let n = 0; n < writes; n++) put.run("id-" + (n >> 2), state);
db.close();`;

function writing(file: string, writes: number, bytes: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const worker = new Worker(writer, { eval: true, workerData: { file, writes, bytes } });
  worker.once("error", reject);
  worker.once("exit", () => resolve());
  return promise;
}

async function publishing({ jetstream }: Bus, count: number, bytes: number): Promise<void> {
  const data = new Uint8Array(bytes);
  let next = 0;
  const one = async () => {
    while (next < count) await jetstream.publish("intake.report.received", data, { msgID: `floor-${next++}` });
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
}

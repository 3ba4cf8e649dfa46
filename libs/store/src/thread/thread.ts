import { chmodSync, closeSync, existsSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { Disk } from "./disk.ts";
import { engine } from "./engine.ts";
import { Freezer } from "./freezer.ts";
import { Groups, LONGEST_RIDE_MS, threadError } from "./groups.ts";
import { handedOverIn } from "../sqlite/handed-over.ts";
import type { Answer, Batch } from "../sqlite/messages.ts";

/** What the thread is started with. */
export interface ThreadData {
  path: string;
  /** Rung after each batch that is posted. */
  bell: Int32Array;
  strict: boolean;
}

// The store's thread: it sleeps on the bell and not in its event loop, which would cost each turn some 50 µs more.
const port = parentPort;
if (port !== null) {
  const { path } = workerData as ThreadData;
  const post = (answers: Answer[]) => port.postMessage(answers, handedOverIn(answers));
  try {
    const db = locked(path);
    post([{ n: 0 }]);
    serve(db, workerData as ThreadData, post);
  } catch (error) {
    post([{ n: 0, error: threadError(error) }]);
  }
  port.close();
}

function serve(db: DatabaseSync, { path, bell, strict }: ThreadData, post: (answers: Answer[]) => void): void {
  const disk = new Disk(path, freePages(db));
  const freezer = new Freezer(db);
  const room = {
    refusal: disk.refusal.bind(disk),
    wrote: disk.wrote.bind(disk),
    giveUp() {
      freezer.spoil();
      disk.giveUp();
    },
  };
  const group = new Groups(db, engine(db, strict, { isFull: () => disk.isFull(), freezer }), post, room);
  for (;;) {
    const rung = Atomics.load(bell, 0);
    const asks: Batch["asks"] = [];
    for (let got = received(); got !== undefined; got = received()) asks.push(...got.asks);
    const closing = asks.findIndex(({ ask }) => ask.do === "close");
    if (asks.length > 0) group.handle({ asks: closing < 0 ? asks : asks.slice(0, closing) });
    if (closing >= 0) {
      group.end();
      close(db);
      return post([{ n: asks[closing]?.n ?? 0 }]);
    }
    if (asks.length > 0) continue;
    if (Atomics.wait(bell, 0, rung, group.isRiding ? LONGEST_RIDE_MS : Infinity) === "timed-out") group.end();
  }
}

function received(): Batch | undefined {
  return port === null ? undefined : (receiveMessageOnPort(port)?.message as Batch | undefined);
}

/** WAL, synchronous=FULL (what is committed is on disk) and an exclusive lock: a second process is refused. */
function locked(path: string): DatabaseSync {
  // Its owner's alone, from the first byte on; the log beside it takes the same mode.
  // One that is there is not touched: to close it would give up a lock that another store of this process has on it.
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
    db.exec("BEGIN EXCLUSIVE; COMMIT");
    return db;
  } catch (cause) {
    db.close();
    throw cause;
  }
}

function freePages(db: DatabaseSync): () => number {
  const free = db.prepare(
    "SELECT f.freelist_count * p.page_size AS n FROM pragma_freelist_count AS f, pragma_page_size AS p",
  );
  return () => Number(free.get()?.["n"]);
}

function close(db: DatabaseSync): void {
  try {
    db.exec("PRAGMA optimize");
  } catch {
    // A full disk: the next start does without.
  }
  db.close();
}

import { mkdirSync } from "node:fs";
import { open, readFile, rename, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { failpoint, flushed, Problem } from "@ntd/service";
import { keyOf, lastOf, linesOf, toBytes, type Entry, type Line } from "./record.ts";

const DAY_MS = 86_400_000;
/** Older entries are in every backup that anybody would still restore. */
const KEEP_MS = 400 * DAY_MS;
/** A journal is written anew once it is larger than this and than twice what counts in it. */
const SMALL = 4 * 1024 * 1024;

/** How many bytes of the file count for a document, and how many of those are the event that told of it. */
interface Counted {
  size: number;
  event: number;
}

interface Waiting {
  bytes: Uint8Array;
  written: () => void;
  failed: (error: unknown) => void;
}

/**
 * Documents that protect or take back, in a file of their own apart from the store: what is restored from a backup is
 * brought forward by it. An entry is on the disk before the store is asked to write; what the store then refuses is
 * taken back by a line of its own. Killed in between, it stands: somebody asked for protection, and got no answer.
 * Entries that wait together share one flush.
 */
export class Journal implements AsyncDisposable {
  readonly #path: string;
  readonly #now: () => number;
  #file: FileHandle;
  #size: number;
  #counted = 0;
  /** What is followed, by `keyOf`: what was written stands in the file alone. */
  #last: Map<string, Counted>;
  #n: number;
  /** Entries that the store has not answered for: each may still be taken back. */
  readonly #inHand = new Set<number>();
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;

  private constructor(path: string, file: FileHandle, lines: readonly Line[], size: number, now: () => number) {
    this.#path = path;
    this.#now = now;
    this.#file = file;
    this.#size = size;
    this.#n = lines.reduce((most, { n }) => Math.max(most, n), 0);
    this.#last = new Map();
    for (const [key, line] of lastOf(lines)) this.#remember(key, countedOf(line));
  }

  /** Opens it, or begins one; a line that was cut off at its end goes. @throws Problem STORE_FULL, STORE_UNAVAILABLE. */
  static async open(path: string, now: () => number = Date.now): Promise<Journal> {
    return answeredByFile(async () => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(path, "a+", 0o600);
      const { lines, end } = linesOf(await readFile(path));
      await file.truncate(end);
      await file.sync();
      await flushed(dirname(path));
      const journal = new Journal(path, file, lines, end, now);
      if (journal.#isWasteful) await journal.#compact();
      return journal;
    });
  }

  has(collection: string, id: string): boolean {
    return this.#last.has(keyOf({ collection, id }));
  }

  /** Resolves with the entry's number when it is on the disk; `settled` says when the store has answered. */
  async append(entry: Omit<Entry, "time">): Promise<number> {
    const line = { n: ++this.#n, entry: { ...entry, time: new Date(this.#now()) } };
    const bytes = toBytes(line);
    this.#inHand.add(line.n);
    await this.#write(bytes).catch((error: unknown) => {
      this.#inHand.delete(line.n);
      throw error;
    });
    failpoint(`journal.appended.${entry.collection}`);
    const key = keyOf(entry);
    const event = entry.event === undefined ? (this.#last.get(key)?.event ?? 0) : 0;
    const counted = countedOf(line, bytes.length);
    this.#remember(key, { size: counted.size + event, event: counted.event + event });
    return line.n;
  }

  /** The entry of this number was never written to the store. */
  async takeBack(n: number): Promise<void> {
    await this.#write(toBytes({ n: ++this.#n, voids: n }));
  }

  /** Nobody takes the entry of this number back any more. */
  settled(n: number): void {
    this.#inHand.delete(n);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#flushing;
    await this.#file.close();
  }

  #remember(key: string, counted: Counted): void {
    this.#counted += counted.size - (this.#last.get(key)?.size ?? 0);
    this.#last.set(key, counted);
  }

  #write(bytes: Uint8Array): Promise<void> {
    return new Promise((written, failed) => {
      this.#waiting.push({ bytes, written, failed });
      this.#flushing ??= this.#flush().finally(() => (this.#flushing = undefined));
    });
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        await answeredByFile(async () => this.#store(Buffer.concat(group.map(({ bytes }) => bytes))));
        for (const { written } of group) written();
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
  }

  async #store(bytes: Uint8Array): Promise<void> {
    try {
      await this.#file.appendFile(bytes);
      await this.#file.datasync();
      this.#size += bytes.length;
    } catch (error) {
      // Half a line would hide every later one.
      await this.#file.truncate(this.#size).catch(() => undefined);
      throw error;
    }
    if (this.#isWasteful) await this.#compact().catch(() => undefined);
  }

  get #isWasteful(): boolean {
    return this.#size > Math.max(SMALL, 2 * this.#counted);
  }

  /**
   * Written anew beside the old one, which it then replaces: the last entry of each document that is not too old. One that
   * may still be taken back stands beside the one before it.
   */
  async #compact(): Promise<void> {
    const { lines } = linesOf(await readFile(this.#path));
    const since = this.#now() - KEEP_MS;
    const isInHand = (line: Line) => this.#inHand.has("entry" in line ? line.n : line.voids);
    const last = [...lastOf(lines.filter((line) => !isInHand(line))).values()];
    const kept = last.filter(({ entry }) => entry.time.getTime() >= since);
    const inOrder = [...kept, ...lines.filter(isInHand)].toSorted((a, b) => a.n - b.n);
    const bytes = Buffer.concat(inOrder.map(toBytes));
    const beside = `${this.#path}.new`;
    {
      await using fresh = await open(beside, "w", 0o600);
      await fresh.writeFile(bytes);
      await fresh.sync();
    }
    await rename(beside, this.#path);
    const file = await open(this.#path, "a+", 0o600);
    await this.#file.close();
    [this.#file, this.#size, this.#counted] = [file, bytes.length, 0];
    this.#last = new Map();
    for (const [key, line] of lastOf(inOrder)) this.#remember(key, countedOf(line));
    await flushed(dirname(this.#path));
  }
}

function countedOf(line: { n: number; entry: Entry }, size = toBytes(line).length): Counted {
  return { size, event: line.entry.event?.data.length ?? 0 };
}

async function answeredByFile<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    const isFull = code === "ENOSPC" || code === "EDQUOT";
    const detail = `The journal beside the store cannot be written (${code}). ${isFull ? "Make room." : "See to its disk."}`;
    throw new Problem(isFull ? "STORE_FULL" : "STORE_UNAVAILABLE", detail, { cause });
  }
}

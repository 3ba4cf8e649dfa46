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
  #last: Map<string, { n: number; entry: Entry; size: number }>;
  #n: number;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;

  private constructor(path: string, file: FileHandle, lines: readonly Line[], size: number, now: () => number) {
    this.#path = path;
    this.#now = now;
    this.#file = file;
    this.#size = size;
    this.#n = lines.reduce((most, { n }) => Math.max(most, n), 0);
    this.#last = new Map();
    for (const [key, { n, entry }] of lastOf(lines)) this.#remember(key, n, entry);
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

  /** Resolves with the entry's number when it is on the disk. */
  async append(entry: Omit<Entry, "time">): Promise<number> {
    const timed = { ...entry, time: new Date(this.#now()) };
    const n = ++this.#n;
    await this.#write({ n, entry: timed });
    failpoint(`journal.appended.${entry.collection}`);
    const key = keyOf(timed);
    const event = timed.event ?? this.#last.get(key)?.entry.event;
    this.#remember(key, n, { ...timed, ...(event && { event }) });
    return n;
  }

  /** The entry of this number was never written to the store. */
  async takeBack(n: number): Promise<void> {
    await this.#write({ n: ++this.#n, voids: n });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#flushing;
    await this.#file.close();
  }

  #remember(key: string, n: number, entry: Entry): void {
    const size = toBytes({ n, entry }).length;
    this.#counted += size - (this.#last.get(key)?.size ?? 0);
    this.#last.set(key, { n, entry, size });
  }

  #write(line: Line): Promise<void> {
    return new Promise((written, failed) => {
      this.#waiting.push({ bytes: toBytes(line), written, failed });
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

  /** Written anew beside the old one, which it then replaces: the last entry of each document that is not too old. */
  async #compact(): Promise<void> {
    const { lines } = linesOf(await readFile(this.#path));
    const since = this.#now() - KEEP_MS;
    const kept = [...lastOf(lines).values()].filter(({ entry }) => entry.time.getTime() >= since);
    const bytes = Buffer.concat(kept.map((line) => toBytes(line)));
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
    for (const { n, entry } of kept) this.#remember(keyOf(entry), n, entry);
    await flushed(dirname(this.#path));
  }
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

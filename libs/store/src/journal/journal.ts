import { mkdirSync } from "node:fs";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { failpoint, flushed, Problem } from "@ntd/service";
import { indexOf, sizeOf, type Index } from "./last.ts";
import { keyOf, toBytes, type Entry } from "./record.ts";
import { copied, rewritten, type Fresh } from "./rewritten.ts";

/** A journal is written anew once it is larger than this and than twice what counted in it the last time. */
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
 * Entries that wait together share one flush. When most of it no longer counts it is written anew beside itself, while
 * entries go on being written.
 */
export class Journal implements AsyncDisposable {
  /** How much of it could not be read when it was opened. */
  readonly damaged: number;
  readonly #path: string;
  readonly #now: () => number;
  #file: FileHandle;
  #size: number;
  /** What counted in it when that was known. */
  #counted: number;
  /** What is followed, by `keyOf`: what was written stands in the file alone. */
  readonly #followed: Set<string>;
  #n: number;
  /** Entries that the store has not answered for, with what they are of: each may still be taken back. */
  readonly #inHand = new Map<number, string>();
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #rewriting: Promise<void> | undefined;
  /** Written anew, and to be put in its place. */
  #fresh: Fresh | undefined;
  /** What was in hand when that began, or was written since. */
  #since = new Set<string>();
  /** Its name leads to it for good. */
  #isPlaced = true;
  readonly #closing = new AbortController();

  private constructor(path: string, file: FileHandle, index: Index, now: () => number) {
    this.#path = path;
    this.#now = now;
    this.#file = file;
    this.#size = index.end;
    this.#n = index.n;
    this.#counted = sizeOf(index);
    this.#followed = new Set(index.last.keys());
    this.damaged = index.damaged;
  }

  /**
   * Opens it, or begins one; a line that was cut off at its end goes, and what is damaged before is passed over.
   *
   * @throws Problem STORE_FULL, STORE_UNAVAILABLE.
   */
  static async open(path: string, now: () => number = Date.now): Promise<Journal> {
    return answeredByFile(async () => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      // Half of what a process that was killed was writing anew.
      await rm(beside(path), { force: true });
      const file = await open(path, "a+", 0o600);
      const index = await indexOf(file);
      await file.truncate(index.end);
      await file.sync();
      await flushed(dirname(path));
      const journal = new Journal(path, file, index, now);
      // What is damaged is written over; whoever opened it says that it was.
      if (journal.damaged > 0) journal.#rewrite();
      else journal.#rewriteIfWasteful();
      return journal;
    });
  }

  has(collection: string, id: string): boolean {
    return this.#followed.has(keyOf({ collection, id }));
  }

  /** Resolves with the entry's number when it is on the disk; `settled` says when the store has answered. */
  async append(entry: Omit<Entry, "time">): Promise<number> {
    const n = ++this.#n;
    const key = keyOf(entry);
    this.#inHand.set(n, key);
    await this.#write(toBytes({ n, entry: { ...entry, time: new Date(this.#now()) } })).catch((error: unknown) => {
      this.#inHand.delete(n);
      throw error;
    });
    failpoint(`journal.appended.${entry.collection}`);
    this.#followed.add(key);
    if (this.#rewriting !== undefined) this.#since.add(key);
    return n;
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
    this.#closing.abort();
    await this.#rewriting;
    await this.#flushing;
    await this.#file.close();
  }

  #write(bytes: Uint8Array): Promise<void> {
    return new Promise((written, failed) => {
      this.#waiting.push({ bytes, written, failed });
      this.#flushSoon();
    });
  }

  #flushSoon(): void {
    this.#flushing ??= this.#flush();
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#fresh !== undefined) {
      if (this.#fresh !== undefined) await this.#putInPlace(this.#fresh);
      const group = this.#waiting.splice(0);
      if (group.length === 0) continue;
      try {
        await answeredByFile(async () => this.#store(Buffer.concat(group.map(({ bytes }) => bytes))));
        for (const { written } of group) written();
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
    // In the same turn as the look above: whoever comes now begins a new one.
    this.#flushing = undefined;
  }

  async #store(bytes: Uint8Array): Promise<void> {
    if (!this.#isPlaced) await this.#place();
    try {
      await this.#file.appendFile(bytes);
      await this.#file.datasync();
      this.#size += bytes.length;
    } catch (error) {
      await this.#file.truncate(this.#size).catch(() => undefined);
      throw error;
    }
    this.#rewriteIfWasteful();
  }

  #rewriteIfWasteful(): void {
    if (this.#size > Math.max(SMALL, 2 * this.#counted)) this.#rewrite();
  }

  // Called between two writes: what stands in front of `upTo` is written, and an entry in it is in hand or settled.
  #rewrite(): void {
    if (this.#rewriting !== undefined) return;
    const [inHand, now] = [new Map(this.#inHand), this.#now()];
    this.#since = new Set(inHand.values());
    const { signal: stop } = this.#closing;
    const from = { file: this.#file, upTo: this.#size, isOpen: (n: number) => inHand.has(n), now, stop };
    this.#rewriting = rewritten(from, beside(this.#path)).then(
      (fresh) => {
        this.#fresh = fresh;
        this.#flushSoon();
      },
      // No room, say: again once it has grown as much.
      () => this.#endRewriting(this.#size),
    );
  }

  async #putInPlace(fresh: Fresh): Promise<void> {
    this.#fresh = undefined;
    try {
      const tail = await copied(this.#file, { at: fresh.upTo, length: this.#size - fresh.upTo }, fresh.file);
      await fresh.file.sync();
      failpoint("journal.rewritten");
      await rename(beside(this.#path), this.#path);
      failpoint("journal.renamed");
      const old = this.#file;
      [this.#file, this.#size, this.#isPlaced] = [fresh.file, fresh.size + tail, false];
      for (const key of fresh.dropped) if (!this.#since.has(key)) this.#followed.delete(key);
      this.#endRewriting(fresh.size);
      await old.close().catch(() => undefined);
      await this.#place();
    } catch {
      // Not in its place: the old one goes on. In its place, but not for good: nothing is written before it is.
      if (this.#file !== fresh.file) {
        await fresh.file.close().catch(() => undefined);
        await rm(beside(this.#path), { force: true }).catch(() => undefined);
        this.#endRewriting(this.#size);
      }
    }
  }

  /** After a power cut its name would lead to the one before. */
  async #place(): Promise<void> {
    await flushed(dirname(this.#path));
    this.#isPlaced = true;
  }

  #endRewriting(counted: number): void {
    [this.#rewriting, this.#counted] = [undefined, counted];
    this.#since.clear();
  }
}

const beside = (path: string) => `${path}.new`;

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

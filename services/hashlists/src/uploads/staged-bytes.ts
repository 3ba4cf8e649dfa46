import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { beyondCall } from "@ntd/service";
import { WriteBehind } from "../entries/write-behind.ts";
import { stagedOf, type Staged } from "../releases/release.ts";
import type { Collections } from "../store.ts";

/** Bytes of an upload as they came: what one attempt received, from a place in the file on. They never change. */
export interface StagedState {
  schemaVersion: 1;
  part: string;
  from: number;
  bytes: Uint8Array;
}

/** So much is written at once, while the next is gathered: a killed process loses two at the most. */
export const STAGED_PIECE = 1024 * 1024;
const READ_AT_ONCE = 2;

/** Keeps what comes, so that an upload that breaks off goes on where it stopped. */
export class StagedWriter {
  readonly #staged: Collections["staged"];
  readonly #part: string;
  readonly #behind = new WriteBehind();
  #from: number;
  #waiting = new Uint8Array(STAGED_PIECE);
  #bytes = 0;
  readonly #hasRoom: () => Promise<boolean>;
  #isFull = false;
  #isOver = false;

  /** @param hasRoom asked before each piece; behind one that has none nothing is kept, as it would leave a gap. */
  constructor(
    { staged }: Pick<Collections, "staged">,
    { part, from }: Staged,
    hasRoom: () => Promise<boolean> = () => Promise.resolve(true),
  ) {
    this.#hasRoom = hasRoom;
    this.#staged = staged;
    this.#part = stagedOf(part);
    this.#from = from;
  }

  async add(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength && !this.#isOver;) {
      const some = bytes.subarray(at, at + STAGED_PIECE - this.#bytes);
      this.#waiting.set(some, this.#bytes);
      this.#bytes += some.byteLength;
      at += some.byteLength;
      if (this.#bytes === STAGED_PIECE) await this.#write();
    }
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    if (this.#bytes > 0) await this.#write();
    await this.#behind.end();
  }

  /**
   * Resolves when nothing is on its way to the store. What comes behind that is not kept: of a packed list some is read
   * ahead while its upload ends already.
   */
  async settle(): Promise<void> {
    this.#isOver = true;
    await this.#behind.settle();
  }

  async #write(): Promise<void> {
    const [from, bytes] = [this.#from, this.#waiting.slice(0, this.#bytes)];
    this.#bytes = 0;
    this.#from += bytes.byteLength;
    const id = `${this.#part}.${String(from).padStart(16, "0")}`;
    const state = { schemaVersion: 1, part: this.#part, from, bytes } as const;
    await this.#behind.begin(async () => {
      this.#isFull ||= !(await this.#hasRoom());
      if (!this.#isFull) await this.#staged.insertMany([{ id, state }], { isBulk: true });
    });
  }
}

/** The bytes of a file that its attempts left, from the first one on without a gap, up to `through` of them. */
export async function* stagedBytes(
  { staged }: Pick<Collections, "staged">,
  attempts: readonly Staged[],
  through = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = 0;
  for (const [nth, { part, from }] of attempts.entries()) {
    // Of an attempt that went on elsewhere what comes behind that place does not count.
    const end = Math.min(through, attempts[nth + 1]?.from ?? Number.POSITIVE_INFINITY);
    if (from !== at) return;
    for await (const page of staged.pages({ where: { part: stagedOf(part) } }, READ_AT_ONCE)) {
      for (const { state } of page) {
        if (state.from !== at || at >= end) break;
        const piece = state.bytes.subarray(0, end - at);
        at += piece.byteLength;
        yield piece;
        await setImmediate();
      }
    }
  }
}

/** How many bytes are kept, by where the last piece of each attempt ends: they may be gigabytes. */
export async function keptBytes({ staged }: Pick<Collections, "staged">, attempts: readonly Staged[]): Promise<number> {
  let at = 0;
  for (const [nth, { part, from }] of attempts.entries()) {
    if (from !== at) break;
    const [last] = await staged.find({ where: { part: stagedOf(part) }, descending: true, limit: 1 });
    const end = last === undefined ? from : last.state.from + last.state.bytes.byteLength;
    at = Math.min(end, attempts[nth + 1]?.from ?? Number.POSITIVE_INFINITY);
  }
  return at;
}

/** How many bytes are kept, and their SHA-256. */
export interface Kept {
  bytes: number;
  digest: Uint8Array;
}

export async function keptOf(collections: Pick<Collections, "staged">, attempts: readonly Staged[]): Promise<Kept> {
  const digest = createHash("sha256");
  let bytes = 0;
  for await (const piece of stagedBytes(collections, attempts)) {
    digest.update(piece);
    bytes += piece.byteLength;
  }
  return { bytes, digest: Uint8Array.from(digest.digest()) };
}

/** The same, read once for all who ask at a time: it may be gigabytes, and asking costs nothing. */
export function keptTogether(collections: Pick<Collections, "staged">): (of: readonly Staged[]) => Promise<Kept> {
  const asked = new Map<string, Promise<Kept>>();
  return async (attempts) => {
    const key = attempts.map(({ part, from }) => `${part} ${from}`).join();
    const kept = asked.get(key) ?? beyondCall(() => keptOf(collections, attempts));
    asked.set(key, kept);
    try {
      return await kept;
    } finally {
      asked.delete(key);
    }
  };
}

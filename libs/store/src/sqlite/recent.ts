import type { FoundRow } from "./messages.ts";

const MOST_BYTES = 2 * 1024 * 1024;
/** A bigger state is read each time. */
const BIG_BYTES = 32 * 1024;
/** What it costs to know that there is no such document. */
const ABSENT_BYTES = 64;
/** An answer of more documents is a walk: it would push out what is in use. */
const A_FEW = 8;

/**
 * Documents of a collection as the store's thread last answered them, so that who loads what was just read or written
 * does not wake the thread. This process is the file's only writer: from when a write is asked until it is answered
 * nothing is known of its documents, so that nothing is read here that is not durable.
 */
export class Recent {
  /** null: there is none. */
  readonly #rows = new Map<string, FoundRow | null>();
  readonly #writing = new Map<string, number>();
  #touching = 0;
  #bytes = 0;

  /** null when it is known that there is none, undefined when nothing is known. */
  get(id: string): FoundRow | null | undefined {
    const row = this.#rows.get(id);
    if (row === undefined) return undefined;
    // The last in the map is the one that goes last.
    this.#rows.delete(id);
    this.#rows.set(id, row);
    return row;
  }

  /** A write of these documents is on its way, until the returned function is called. */
  writing(ids: readonly string[]): () => void {
    for (const id of ids) {
      this.#forget(id);
      this.#writing.set(id, (this.#writing.get(id) ?? 0) + 1);
    }
    return once(() => {
      for (const id of ids) {
        const left = (this.#writing.get(id) ?? 1) - 1;
        if (left > 0) this.#writing.set(id, left);
        else this.#writing.delete(id);
      }
    });
  }

  /** A write of any documents is on its way. */
  touching(): () => void {
    this.#rows.clear();
    this.#bytes = 0;
    this.#touching++;
    return once(() => void this.#touching--);
  }

  /** What the thread answered, in the order of its answers. */
  keep(rows: readonly FoundRow[]): void {
    if (rows.length <= A_FEW) for (const row of rows) this.#keep(row.id, row);
  }

  /** The thread answered that there is no such document. */
  keepAbsent(id: string): void {
    this.#keep(id, null);
  }

  #keep(id: string, row: FoundRow | null): void {
    this.#forget(id);
    if (sizeOf(row) > BIG_BYTES || this.#touching > 0 || this.#writing.has(id)) return;
    // Bytes of its own: those of a decoded state are views on what it was decoded from.
    this.#rows.set(id, row && { id, version: row.version, state: row.state.slice() });
    this.#bytes += sizeOf(row);
    for (const oldest of this.#rows.keys()) {
      if (this.#bytes <= MOST_BYTES) break;
      this.#forget(oldest);
    }
  }

  #forget(id: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#bytes -= sizeOf(row);
    this.#rows.delete(id);
  }
}

const sizeOf = (row: FoundRow | null) => ABSENT_BYTES + (row?.state.length ?? 0);

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

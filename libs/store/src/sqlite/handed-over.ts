import type { Answer, Ask, FoundRow } from "./messages.ts";

// Bytes of documents go to the other thread as they are. A copy of them would be garbage here at once, and a thread that
// makes little other garbage lets some 64 MB of such lie about.

/** What is handed over with what is asked: documents of an upload, which nobody here asks for again. */
export function handedOverWith(asks: readonly { ask: Ask }[]): ArrayBuffer[] {
  return asks.flatMap(({ ask }) => (ask.do === "insert" && ask.isBulk === true ? buffersOf(ask.rows) : []));
}

/** What is handed over with the answers: documents that were found. */
export function handedOverIn(answers: readonly Answer[]): ArrayBuffer[] {
  return answers.flatMap(({ value }) => (areFound(value) ? buffersOf(value) : []));
}

function areFound(value: unknown): value is FoundRow[] {
  return Array.isArray(value) && (value[0] as Partial<FoundRow> | undefined)?.state instanceof Uint8Array;
}

/** Ends bytes that were handed over, as soon as they are of no use. */
export function freed(rows: readonly { state: Uint8Array }[]): void {
  for (const buffer of buffersOf(rows)) buffer.transfer(0);
}

function buffersOf(rows: readonly { state: Uint8Array }[]): ArrayBuffer[] {
  return rows.map(({ state }) => state.buffer as ArrayBuffer);
}

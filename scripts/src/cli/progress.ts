/** How far something is that takes its time. */
export interface Progress extends Disposable {
  /** So many bytes are done. */
  at(bytes: number): void;
}

const EVERY_MS = 200;
const MIB = 2 ** 20;

/**
 * Tells on one line of a terminal how far something is, a few times a second, and takes the line away at the end.
 *
 * @param write absent where nobody looks.
 */
export function openProgress(
  write: ((text: string) => void) | undefined,
  what: string,
  total: number,
  now: () => number = () => performance.now(),
): Progress {
  const began = now();
  let told = Number.NEGATIVE_INFINITY;
  return {
    at(bytes) {
      if (write === undefined || now() - told < EVERY_MS) return;
      told = now();
      write(`\r${progressLine(what, bytes, total, now() - began)}\u001b[K`);
    },
    [Symbol.dispose]() {
      if (told !== Number.NEGATIVE_INFINITY) write?.("\r\u001b[K");
    },
  };
}

/** "list.csv: 12.0 of 40.0 MiB, 30 %, 8 s left". */
export function progressLine(what: string, done: number, total: number, elapsedMs: number): string {
  const mib = (bytes: number) => (bytes / MIB).toFixed(1);
  const part = total === 0 ? 1 : Math.min(1, done / total);
  // Of the first moments nothing follows.
  const left = part > 0.01 && elapsedMs > 1000 ? `, ${Math.ceil((elapsedMs / part - elapsedMs) / 1000)} s left` : "";
  const end = part === 1 ? ", read; it is being checked" : left;
  return `${what}: ${mib(done)} of ${mib(total)} MiB, ${Math.floor(part * 100)} %${end}`;
}

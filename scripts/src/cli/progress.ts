/** How far something is that takes its time. */
export interface Progress extends Disposable {
  /** So many bytes are done, and so many rows of them, where those can be told. */
  at(bytes: number, rows?: number): void;
}

/** Where it is told. */
export interface Watching {
  write: (text: string) => void;
  /** Whether `write` goes to a terminal, where a line can be written over. */
  isTerminal: boolean;
  now?: () => number;
}

const EVERY_MS = 200;
/** Where nobody looks but a log, now and then is enough, and what is over sooner needs none. */
const EVERY_LINE_MS = 10_000;
const MIB = 2 ** 20;

/** Something of so many bytes, of which some were done before. */
export interface Task {
  what: string;
  total: number;
  from?: number;
}

/**
 * Tells on one line of a terminal how far something is, a few times a second, and takes the line away at the end;
 * elsewhere a line every ten seconds.
 */
export function openProgress({ write, isTerminal, now = () => performance.now() }: Watching, task: Task): Progress {
  const began = now();
  let told = isTerminal ? Number.NEGATIVE_INFINITY : began;
  let isShown = false;
  return {
    at(bytes, rows) {
      if (now() - told < (isTerminal ? EVERY_MS : EVERY_LINE_MS)) return;
      told = now();
      isShown = true;
      const line = progressLine(task, { bytes, ...(rows !== undefined && { rows }), elapsedMs: now() - began });
      write(isTerminal ? `\r${line}\u001b[K` : `${line}\n`);
    },
    [Symbol.dispose]() {
      if (isShown && isTerminal) write("\r\u001b[K");
    },
  };
}

interface Done {
  bytes: number;
  rows?: number;
  elapsedMs: number;
}

/** "list.csv: 12.0 of 40.0 MiB, 30 %, 4.0 MiB/s, 52,000 rows/s, 7 s left". */
export function progressLine({ what, total, from = 0 }: Task, { bytes, rows = 0, elapsedMs }: Done): string {
  const mib = (count: number) => (count / MIB).toFixed(1);
  const part = total === 0 ? 1 : Math.min(1, bytes / total);
  const parts = [`${mib(bytes)} of ${mib(total)} MiB`, `${Math.floor(part * 100)} %`];
  const isWhole = part === 1;
  // Of the first moments nothing follows.
  const done = bytes - from;
  if (done > 0.01 * (total - from) && elapsedMs > 1000) {
    const seconds = elapsedMs / 1000;
    parts.push(`${mib(done / seconds)} MiB/s`);
    if (rows > 0) parts.push(`${Math.round(rows / seconds).toLocaleString("en")} rows/s`);
    if (!isWhole) parts.push(`${Math.ceil(((total - bytes) / done) * seconds)} s left`);
  }
  if (isWhole) parts.push("read; it is being checked");
  return `${what}: ${parts.join(", ")}`;
}

import { statSync } from "node:fs";
import { Problem } from "../problem/problem.ts";
import type { Logger } from "../telemetry/log.ts";
import { everyBeat } from "./beat.ts";
import { toldOfChanges } from "./told.ts";

/** What files hold, kept in step with them. */
export interface Watched<T> extends Disposable {
  readonly value: T;
  /** Tells of each new value, until disposed. */
  onChange(listener: (value: T) => void): Disposable;
}

export interface WatchOptions<T> {
  /** What the files are, for log lines: "the deny-list". */
  what: string;
  paths: readonly string[];
  log: Logger;
  /** Reads all of them. Throws when they cannot be used, also when one was written and the other not yet. */
  read: () => T;
  /** Default: a second where the system tells of changes, else half of one. */
  periodMs?: number;
}

/** Looked at this often, a new key is in force within a second. By time, size and inode, since volumes swap links. */
const PERIOD_MS = 500;
/** Where the system tells of changes: for a folder that was put in another's place. */
const TOLD_MS = 1000;
/** Looks that pass before what could not be used and has not changed is read again: twice as many each time, to these. */
const MOST_PASSED = 64;

/**
 * Reads files now and again whenever one changes. Files that cannot be used later on leave the last value in force and
 * one log line, until they can be used again.
 *
 * @throws Problem CONFIG_INVALID when they cannot be used at the start.
 */
export function watchFiles<T>({ what, paths, log, read, periodMs }: WatchOptions<T>): Watched<T> {
  const listeners = new Set<(value: T) => void>();
  let mark = firstMark(what, paths);
  let value = read();
  let failed: Failed | undefined;
  function look(): void {
    let now = "";
    try {
      // Taken before the files are read: what is written meanwhile shows at the next look.
      now = paths.map(markOf).join(" ");
      if (now === mark) return void (failed = undefined);
      if (failed?.mark === now && failed.left-- > 0) return;
      value = read();
      mark = now;
    } catch (error) {
      if (!failed) log.error({ why: whyOf(error) }, `${what} cannot be used; what was read before stays in force`);
      const passed = failed?.mark === now ? Math.min(failed.passed * 2, MOST_PASSED) : 1;
      failed = { mark: now, passed, left: passed };
      return;
    }
    failed = undefined;
    log.info(`${what} changed`);
    lookOut();
    for (const listener of listeners) listener(value);
  }
  let outlook = new DisposableStack();
  // Anew after each change, which may have been one of the folder. Watching alone keeps no process alive.
  function lookOut(): void {
    outlook.dispose();
    outlook = new DisposableStack();
    const told = outlook.use(toldOfChanges(paths, look));
    outlook.use(everyBeat(periodMs ?? (told === undefined ? PERIOD_MS : TOLD_MS), look, "loose"));
  }
  lookOut();
  return {
    get value() {
      return value;
    },
    onChange(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    [Symbol.dispose]() {
      outlook.dispose();
      listeners.clear();
    },
  };
}

/** What stands in place of something watched, and never changes. */
export function unwatched<T>(value: T): Watched<T> {
  const nothing = { [Symbol.dispose]: () => undefined };
  return { value, onChange: () => nothing, ...nothing };
}

/**
 * What was read in vain. Another right or a free file handle may mend it and shows in no mark, so it is read again all the
 * same, ever more seldom: a large file is not read twice a second for as long as it is broken.
 */
interface Failed {
  mark: string;
  /** Looks that pass before it is read again, and those of them that are still to come. */
  passed: number;
  left: number;
}

/** Without its causes: a parser quotes what it could not read, and that may be a key. */
function whyOf(error: unknown): string {
  if (error instanceof Problem) return error.message;
  return (error as NodeJS.ErrnoException).code ?? "it is not as it must be";
}

function firstMark(what: string, paths: readonly string[]): string {
  return paths
    .map((path) => {
      try {
        return markOf(path);
      } catch (cause) {
        throw new Problem("CONFIG_INVALID", `${what}: ${path} cannot be read.`, { cause });
      }
    })
    .join(" ");
}

// At once: a look is some microseconds, and a thread that does it costs ten times that.
function markOf(path: string): string {
  const { mtimeNs, size, ino } = statSync(path, { bigint: true });
  return `${mtimeNs}-${size}-${ino}`;
}

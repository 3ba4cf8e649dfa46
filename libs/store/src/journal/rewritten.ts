import { open, rm, type FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { bytesAt, indexOf, type Last, type Part } from "./last.ts";
import { pieceAt } from "./lines.ts";

const DAY_MS = 86_400_000;
/** Older entries are in every backup that anybody would still restore. */
const KEEP_MS = 400 * DAY_MS;
/** So much is written at a time. */
const PIECE = 1024 * 1024;

/** A journal written anew; it stands beside the old one. */
export interface Fresh {
  file: FileHandle;
  size: number;
  /** It holds what stood in front of this. */
  upTo: number;
  /** What is in it no more, by `keyOf`. */
  dropped: readonly string[];
}

interface From extends Part {
  file: FileHandle;
  upTo: number;
  now: number;
  stop: AbortSignal;
}

/**
 * Writes the last entry of each document that is not too old into a file of its own. One that may still be taken back
 * stands beside the one before it.
 */
export async function rewritten({ file, now, ...part }: From, path: string): Promise<Fresh> {
  const { stop, upTo } = part;
  const { last, open: inHand } = await indexOf(file, part);
  const since = now - KEEP_MS;
  const isKept = ({ time }: Last) => time.getTime() >= since;
  const dropped = [...last].filter(([, one]) => !isKept(one)).map(([key]) => key);
  const places = [...[...last.values()].filter(isKept), ...inHand].toSorted((a, b) => a.at - b.at);
  await rm(path, { force: true });
  const fresh = await open(path, "ax+", 0o600);
  try {
    const size = await written(places.values(), file, fresh, stop);
    // What is flushed here is not waited for by an entry.
    await fresh.sync();
    return { file: fresh, size, upTo, dropped };
  } catch (error) {
    await fresh.close();
    await rm(path, { force: true });
    throw error;
  }
}

async function written(
  places: Iterable<Last | { at: number; length: number }>,
  from: FileHandle,
  to: FileHandle,
  stop: AbortSignal,
): Promise<number> {
  let [parts, waiting, size] = [[] as Uint8Array[], 0, 0];
  async function flush(): Promise<void> {
    stop.throwIfAborted();
    await to.appendFile(Buffer.concat(parts));
    [parts, waiting, size] = [[], 0, size + waiting];
    await setImmediate();
  }
  for (const place of places) {
    const bytes = "n" in place ? await bytesAt(from, place) : await pieceAt(from, place.at, place.length);
    parts.push(bytes);
    waiting += bytes.length;
    if (waiting >= PIECE) await flush();
  }
  await flush();
  return size;
}

/** Copies a part of a file to the end of another; resolves to its length. */
export async function copied(
  from: FileHandle,
  { at, length }: { at: number; length: number },
  to: FileHandle,
): Promise<number> {
  for (let done = 0; done < length;) {
    const piece = await pieceAt(from, at + done, Math.min(PIECE, length - done));
    if (piece.length === 0) throw new Error("the journal ended before its end");
    await to.appendFile(piece);
    done += piece.length;
  }
  return length;
}

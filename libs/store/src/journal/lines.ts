import type { FileHandle } from "node:fs/promises";
import { lengthAt } from "./record.ts";

/** A whole line as it stands in its file. */
export interface Placed {
  at: number;
  bytes: Uint8Array;
}

const PIECE = 1024 * 1024;

/**
 * The whole lines of a journal in front of `upTo`, those of a piece of the file at a time: no more of it than that, or than
 * its longest line, is in memory. What is damaged is passed over up to the next whole line. What stands behind the last
 * one (a line that was cut off in the middle) was never answered.
 */
export async function* linesIn(file: FileHandle, upTo = Infinity): AsyncGenerator<readonly Placed[]> {
  let begin = 0;
  let bytes = new Uint8Array();
  for (let isEnd = false; !isEnd;) {
    const more = await pieceAt(file, begin + bytes.length, Math.min(PIECE, upTo - begin - bytes.length));
    isEnd = more.length === 0;
    bytes = joined(bytes, more);
    const { lines, end } = wholeLines(bytes, isEnd);
    if (lines.length > 0) yield lines.map(({ at, bytes: line }) => ({ at: begin + at, bytes: line }));
    begin += end;
    bytes = bytes.subarray(end);
  }
}

/** @param isEnd nothing follows, so that a line which seems to go on is damaged or cut off. */
export function wholeLines(bytes: Uint8Array, isEnd: boolean): { lines: Placed[]; end: number } {
  const lines: Placed[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = lengthAt(bytes, at);
    if (length === "short" && !isEnd) break;
    if (typeof length === "number") lines.push({ at, bytes: bytes.subarray(at, at + length) });
    at += typeof length === "number" ? length : 1;
  }
  return { lines, end: at };
}

/** What stands at a place: less at the file's end, nothing behind it. */
export async function pieceAt(file: FileHandle, at: number, length: number): Promise<Uint8Array> {
  const piece = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(piece, read, length - read, at + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return piece.subarray(0, read);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

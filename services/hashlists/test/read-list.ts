import { Problem } from "@ntd/service";
import { ReleaseReader, type ReadOptions } from "../src/reading/release-reader.ts";

/** What becomes of a file that comes in pieces of so many bytes; for the tests of its format. */
export function readList(file: string | Uint8Array, options: Partial<ReadOptions> = {}, pieceBytes = 1000) {
  const reader = new Listening({ pdqQuality: 50, isNegative: false, ...options });
  const bytes = Buffer.from(file);
  const entries = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    entries.push(...reader.push(bytes.subarray(at, at + pieceBytes)));
  entries.push(...reader.end());
  return {
    format: reader.format?.name,
    entries,
    faults: reader.faults.map(({ line, field, problem }) => ({ line, field, problem })),
    remarks: reader.remarks,
    classColumnCount: reader.classColumnCount,
    withdrawn: reader.told,
  };
}

/** It keeps what is withdrawn as it was told, too. */
class Listening extends ReleaseReader {
  readonly told: string[] = [];

  override withdraw(sourceId: string): void {
    this.told.push(sourceId);
    super.withdraw(sourceId);
  }
}

/** As the service takes what comes: no longer does it work at a stretch. */
const PIECE_BYTES = 16 * 1024;

/** The longest that one piece of a file took the processor, in ms; what refuses the file ends it. */
export function longestPieceMs(file: Uint8Array): number {
  const reader = new ReleaseReader({ pdqQuality: 50, isNegative: false });
  let longestMs = 0;
  const timed = (work: () => void) => {
    const before = process.threadCpuUsage();
    try {
      work();
    } finally {
      const { user, system } = process.threadCpuUsage(before);
      longestMs = Math.max(longestMs, (user + system) / 1000);
    }
  };
  try {
    for (let at = 0; at < file.length; at += PIECE_BYTES) {
      timed(() => reader.push(file.subarray(at, at + PIECE_BYTES)));
    }
    timed(() => reader.end());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
  return longestMs;
}

const digits = (n: number, length: number) =>
  "0123456789abcdef".repeat(4).slice(0, length - 8) + n.toString(16).padStart(8, "0");
/** Hashes that are different ones for each number. */
export const hashes = {
  md5: (n: number) => digits(n, 32),
  sha1: (n: number) => digits(n, 40),
  sha256: (n: number) => digits(n, 64),
  pdq: (n: number) => digits(n, 64),
};

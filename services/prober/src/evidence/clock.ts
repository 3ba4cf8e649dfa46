/** Our clock against UTC, as the machine's time service tells; or why it is not known. */
export type ClockReading =
  | { is: "known"; offsetMs: number; measuredTime: Date }
  | { is: "unknown"; why: "not configured" | "unreadable" | "stale" | "too far off" };

/** The file that the time service writes: one number, our clock less UTC in seconds. */
export interface ClockFile {
  text: string;
  writtenTime: Date;
}

const MOST_MS = 1000;
const FRESH_MS = 3_600_000;

/** @param file "none": nobody named one; undefined: it cannot be read. */
export function clockReading(file: ClockFile | "none" | undefined, now: Date): ClockReading {
  if (file === "none") return { is: "unknown", why: "not configured" };
  const seconds = file === undefined ? undefined : secondsIn(file.text);
  if (file === undefined || seconds === undefined) return { is: "unknown", why: "unreadable" };
  // Written in the future: one of the two clocks was put back, so nothing is known of ours.
  if (Math.abs(now.getTime() - file.writtenTime.getTime()) > FRESH_MS) return { is: "unknown", why: "stale" };
  const offsetMs = Math.round(seconds * 1_000_000) / 1000;
  if (Math.abs(offsetMs) > MOST_MS) return { is: "unknown", why: "too far off" };
  return { is: "known", offsetMs, measuredTime: file.writtenTime };
}

function secondsIn(text: string): number | undefined {
  return /^\s*[+-]?\d{1,12}(\.\d{1,12})?(e[+-]?\d{1,2})?\s*$/i.test(text) ? Number(text) : undefined;
}

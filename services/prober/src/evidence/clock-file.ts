import { readFileSync, statSync } from "node:fs";
import type { Clock } from "@ntd/service";
import { clockReading, type ClockReading } from "./clock.ts";

/** What the file of the time service says now; "" where nobody named one. Read each time: it is a number of 20 bytes. */
export function readClock(path: string, clock: Clock): ClockReading {
  if (path === "") return clockReading("none", clock.now());
  try {
    const file = { text: readFileSync(path, "utf8"), writtenTime: statSync(path).mtime };
    return clockReading(file, clock.now());
  } catch {
    return clockReading(undefined, clock.now());
  }
}

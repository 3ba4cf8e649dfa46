import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { vi } from "vitest";

/** What services in this process log from now on, to be read; they all write to its standard output. */
export function hearLog(): { lines(): string[] } {
  const heard: string[] = [];
  const write = fs.writeSync.bind(fs) as (...given: unknown[]) => number;
  vi.spyOn(fs, "writeSync").mockImplementation((...given: unknown[]) => {
    if (given[0] !== 1) return write(...given);
    heard.push(String(given[1]));
    return Buffer.byteLength(String(given[1]));
  });
  // The log imports it by its name.
  syncBuiltinESMExports();
  return { lines: () => heard.join("").split("\n") };
}

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { openNtdTestBed } from "./bed.ts";

// How long the command line takes as people start it, ./scripts/ntd: least and median of many runs, one after the other.
const RUNS = Number(process.argv[2] ?? 30);
const program = join(import.meta.dirname, "../ntd");
await using bed = await openNtdTestBed();
bed.answers.set("listQueue", { cases: [], nextPageToken: "" });
const asked = ["--identity", bed.identityDir, "--endpoints", join(bed.dir, "endpoints.json"), "queue", "--json"];
for (const [what, args] of Object.entries({ "--version": ["--version"], "--help": ["--help"], "a call": asked })) {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const began = performance.now();
    await promisify(execFile)(program, args);
    times.push(performance.now() - began);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const ms = (at: number) => `${Math.round(sorted[Math.floor(at * (RUNS - 1))] ?? 0)} ms`;
  console.log(`${what.padEnd(10)} least ${ms(0)}, median ${ms(0.5)}, most ${ms(1)} of ${RUNS}`);
}

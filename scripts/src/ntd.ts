#!/usr/bin/env node
import { once } from "node:events";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";

// Before anything else is loaded: compiling takes most of the time of a short call. Where the folder cannot be written
// nothing is kept, and all goes on.
enableCompileCache(process.env["NODE_COMPILE_CACHE"] ?? join(import.meta.dirname, "../../.ntd/compile-cache"));
const { runNtd } = await import("./cli/program.ts");
const { exitCodes } = await import("./cli/failure.ts");

// What it writes (keys, backups, evidence) is for its owner alone.
process.umask(0o077);
// Who reads no more (`ntd case search | head`) ends the command, with its own exit code if it has one by then; what has no
// room left (`> file` on a full disk) fails it. Without anybody for its errors and progress it goes on.
process.stdout.on("error", (error: NodeJS.ErrnoException) =>
  setImmediate(() => {
    if (error.code === "EPIPE") process.exit();
    process.stderr.write(`ntd: OUTPUT: what it says cannot be written (${error.code}); what it did is done\n`);
    process.exit(exitCodes.refused);
  }),
);
process.stderr.on("error", () => undefined);

process.exitCode = await runNtd(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  drained: async () => {
    if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
  },
  err: (text) => void process.stderr.write(text),
  input: () => process.stdin,
  ...(process.stdin.isTTY && { answer }),
  ...(process.stdout.isTTY && { terminal: process.stdout }),
  isWatched: process.stderr.isTTY,
  environment: process.env,
});
// A bus that does not answer is tried for ever in the background; that must not keep the process.
setTimeout(() => process.exit(), 2000).unref();

// The end of what is typed (Ctrl-D) is an empty answer.
async function answer(): Promise<string> {
  using lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  return "";
}

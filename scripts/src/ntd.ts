#!/usr/bin/env node
import { createInterface } from "node:readline/promises";
import { runNtd } from "./cli/program.ts";

process.exitCode = await runNtd(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  ...(process.stdin.isTTY && { answer }),
  environment: process.env,
});
// A bus that does not answer is tried for ever in the background; that must not keep the process.
setTimeout(() => process.exit(), 2000).unref();

async function answer(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    return await lines.question("");
  } finally {
    lines.close();
  }
}

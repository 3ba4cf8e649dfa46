#!/usr/bin/env node
import { runNtd } from "./cli/program.ts";

process.exitCode = await runNtd(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  environment: process.env,
});
// A bus that does not answer is tried for ever in the background; that must not keep the process.
setTimeout(() => process.exit(), 2000).unref();

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "@ntd/testing";
import { managed } from "../src/platform/process.ts";

let dir: string;
let main: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-process-"));
  main = join(dir, "main.ts");
  await writeFile(main, `console.log("here"); setInterval(() => undefined, 1000);`);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test("what is frozen does not hear that it is to end, and is ended all the same", async () => {
  await using process = managed({ name: "x", main, environment: {}, logFile: join(dir, "x.log"), graceMs: 200 });
  process.start();
  await eventually("it runs", async () => (await readFile(process.logFile, "utf8")).includes("here"));
  globalThis.process.kill(process.pid, "SIGSTOP");
  await process.end();
  expect(process.exit).toEqual({ code: null, signal: "SIGKILL" });
});

test("what hears it ends by itself", async () => {
  await using process = managed({ name: "x", main, environment: {}, logFile: join(dir, "x.log") });
  process.start();
  await eventually("it runs", async () => (await readFile(process.logFile, "utf8")).includes("here"));
  await process.end();
  expect(process.exit).toEqual({ code: null, signal: "SIGTERM" });
  // Who has ended is ended already.
  await process.end();
});

test("the folder of logs that somebody took away is made again; where there can be none, it runs without", async () => {
  const logFile = join(dir, "logs/x.log");
  await using process = managed({ name: "x", main, environment: {}, logFile });
  process.start();
  expect(process.unlogged).toBeUndefined();
  await eventually("it has a log", async () => (await readFile(logFile, "utf8")).includes("here"));
  await process.end();
  await rm(join(dir, "logs"), { recursive: true });
  await writeFile(join(dir, "logs"), "no folder");
  process.start();
  expect(process.pid).toBeGreaterThan(0);
  expect(process.unlogged).toMatch(/ENOTDIR|EEXIST/);
  expect(existsSync(logFile)).toBe(false);
});

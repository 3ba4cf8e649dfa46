import { createLog } from "@ntd/service";
import { expect, onTestFinished, test } from "vitest";
import { startRunner, type Runner } from "../src/handling/runner.ts";

const { execPath } = process;

function aRunner(): Runner {
  const runner = startRunner(createLog("isp-agent", "silent"));
  onTestFinished(async () => {
    process.execPath = execPath;
    await runner[Symbol.asyncDispose]();
  });
  return runner;
}

const run = (runner: Runner, code: number) =>
  runner.run({
    argv: [execPath, "-e", `process.exit(${code})`],
    input: "{}",
    mark: "notice",
    timeoutMs: 20_000,
    stop: new AbortController().signal,
  });

test("a process for handlers that cannot be started is a failed run, and the next one starts it", async () => {
  const runner = aRunner();
  process.execPath = "/nonexistent/node";
  expect(await run(runner, 10)).toEqual({ is: "failed", failure: "its starter ended" });
  process.execPath = execPath;
  expect(await run(runner, 10)).toEqual({ is: "exit", code: 10 });
});

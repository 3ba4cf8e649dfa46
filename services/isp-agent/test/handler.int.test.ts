import { expect, test } from "vitest";
import { runHandler, type HandlerRun } from "../src/handling/handler.ts";

const never = new AbortController().signal;
const run = (code: string, change: Partial<HandlerRun> = {}) =>
  runHandler({
    argv: [process.execPath, "-e", code],
    input: "{}",
    mark: "notice",
    timeoutMs: 20_000,
    stop: never,
    ...change,
  });

test("the exit code is what it says", async () => {
  expect(await run("process.exit(0)")).toEqual({ is: "exit", code: 0 });
  expect(await run("process.exit(13)")).toEqual({ is: "exit", code: 13 });
});

test("it reads the notice to its end on standard input", async () => {
  const code = `let n = 0; process.stdin.on("data", (d) => (n += d.length)).on("end", () => process.exit(n % 251))`;
  expect(await run(code, { input: "x".repeat(1_000_003) })).toEqual({ is: "exit", code: 1_000_003 % 251 });
});

test("one that never reads, or writes without end, is no failure of ours", async () => {
  const code = `process.stdin.destroy(); process.stdout.write("x".repeat(5_000_000)); process.exitCode = 12`;
  expect(await run(code, { input: "x".repeat(5_000_000) })).toEqual({ is: "exit", code: 12 });
});

test("a word is a word: no shell looks at it", async () => {
  const code = `process.exit(process.argv[1] === "$(exit 3); rm *" ? 10 : 1)`;
  const argv = [process.execPath, "-e", code, "$(exit 3); rm *"];
  expect(await run("", { argv })).toEqual({ is: "exit", code: 10 });
});

test("a command that is not there, is killed, or takes too long has failed, by name", async () => {
  expect(await run("", { argv: ["/nonexistent/remove"] })).toEqual({
    is: "failed",
    failure: "could not be started: ENOENT",
  });
  expect(await run("", { argv: ["/no\0file"] })).toEqual({
    is: "failed",
    failure: "could not be started: ERR_INVALID_ARG_VALUE",
  });
  expect(await run("process.kill(process.pid, 'SIGTERM')")).toEqual({ is: "failed", failure: "was ended by SIGTERM" });
  expect(await run("setInterval(() => {}, 1000)", { timeoutMs: 300 })).toEqual({
    is: "failed",
    failure: "took longer than 300 ms",
  });
});

test("when the agent stops, one that ends in time has its result and one that does not is ended", async () => {
  const stop = AbortSignal.abort();
  expect(await run("process.exit(11)", { stop })).toEqual({ is: "exit", code: 11 });
  expect(await run("setInterval(() => {}, 1000)", { stop })).toEqual({ is: "stopped" });
});

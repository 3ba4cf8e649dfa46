import fc from "fast-check";
import { expect, test } from "vitest";
import { Problem } from "../problem/problem.ts";
import { createLog } from "../telemetry/log.ts";
import { startLoop } from "./loop.ts";

const silent = createLog("test", "silent");

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within ten seconds: ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("a job runs over and over", async () => {
  let runs = 0;
  await using _loop = startLoop("job", 1, silent, async () => void runs++);
  await until(() => runs === 3);
});

test("a job that knows when it has something to do next is run then", async () => {
  const pauses = [1, 1, undefined];
  let runs = 0;
  await using _loop = startLoop("job", 3_600_000, silent, async () => pauses[runs++]);
  await until(() => runs === 3);
});

test("a job that failed is run again as soon as it asks for that", async () => {
  let runs = 0;
  const failing = async () => {
    runs++;
    throw new Problem("STORE_UNAVAILABLE");
  };
  await using _loop = startLoop("job", 3_600_000, silent, failing, 1);
  await until(() => runs === 3);
});

test("there are never two runs at once, however often it is kicked, and a kick during a run brings another", async () => {
  const steps = fc.array(fc.constantFrom("kick", "finish", "yield"), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      let [now, most, runs] = [0, 0, 0];
      let finish = () => {};
      const loop = startLoop("job", 60_000, silent, async () => {
        runs += 1;
        most = Math.max(most, ++now);
        await new Promise<void>((resolve) => (finish = resolve));
        now -= 1;
      });
      for (const step of script) {
        if (step === "kick") loop.kick();
        else if (step === "finish") finish();
        else await new Promise((resolve) => setImmediate(resolve));
      }
      const before = runs;
      loop.kick();
      finish();
      await until(() => runs > before);
      const disposed = loop[Symbol.asyncDispose]();
      finish();
      await disposed;
      expect(most).toBe(1);
    }),
    { numRuns: 50 },
  );
});

test("disposing tells the run in hand, waits for it, and starts none after it", async () => {
  let runs = 0;
  let told = false;
  const finish = Promise.withResolvers<void>();
  const loop = startLoop("job", 1, silent, async (signal) => {
    runs += 1;
    signal.addEventListener("abort", () => (told = true));
    await finish.promise;
  });
  loop.kick();
  let disposed = false;
  const disposing = loop[Symbol.asyncDispose]().then(() => (disposed = true));
  await until(() => told);
  await new Promise((resolve) => setImmediate(resolve));
  expect(disposed).toBe(false);
  finish.resolve();
  await disposing;
  expect(runs).toBe(1);
});

test("disposing does not wait for the pause", async () => {
  const loop = startLoop("job", 3_600_000, silent, () => Promise.resolve());
  await new Promise((resolve) => setImmediate(resolve));
  await loop[Symbol.asyncDispose]();
});

test("a job that fails again and again is logged when it begins to, when it fails otherwise, and when it is well", async () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog("test", "info", { write: (line) => void lines.push(JSON.parse(line)) });
  let runs = 0;
  await using _loop = startLoop("sweeper", 1, log, async () => {
    runs += 1;
    if (runs <= 3) throw new Error("disk full");
    if (runs <= 6) throw new Problem("BUS_UNAVAILABLE", `attempt ${runs}`);
  });
  await until(() => runs === 8);
  const failed = "a background job failed; it runs again";
  expect(lines.map(({ job, level, msg }) => [job, level, msg])).toEqual([
    ["sweeper", 50, failed],
    ["sweeper", 50, failed],
    ["sweeper", 30, "a background job is well again"],
  ]);
  expect(JSON.stringify(lines[0])).toContain("disk full");
});

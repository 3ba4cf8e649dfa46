import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ManagedProcess } from "../platform/process.ts";
import { Kept } from "./kept.ts";

/** A program that ends when it is told to. */
function program() {
  let runs = Promise.withResolvers<void>();
  let pid = 1;
  const process = {
    name: "intake",
    environment: {},
    logFile: "/none",
    exit: { code: null, signal: "SIGKILL" },
    get pid() {
      return pid;
    },
    start() {
      pid++;
      runs = Promise.withResolvers();
    },
    ended: () => runs.promise,
  } as unknown as ManagedProcess;
  return { process, end: () => ((pid = 0), runs.resolve()) };
}

test("that its process has ended is told each time, also of the one that was started for it", async () => {
  const { process, end } = program();
  const asker = { ask: async () => ({ says: "serving" }) as const, [Symbol.dispose]: () => undefined };
  const kept = new Kept(
    process,
    asker,
    () => ({ silentMs: 1, startMs: 1, notServingMs: 1 }),
    () => undefined,
  );
  let told = 0;
  kept.onEnd(() => told++);
  for (let nth = 1; nth <= 2; nth++) {
    end();
    await setImmediate();
    expect(told).toBe(nth);
    // It is seen to be down, and when its pause is over it is started again.
    kept.tick();
    kept.settledAnew();
    kept.tick();
    expect(process.pid).toBeGreaterThan(0);
  }
});

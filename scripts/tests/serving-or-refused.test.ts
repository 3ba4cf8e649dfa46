import { setImmediate, setTimeout as delay } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import type { ManagedProcess } from "../src/platform/process.ts";
import { serviceNames, type ServiceName } from "../src/platform/platform.ts";
import { servingOrRefused } from "../src/start/serving-or-refused.ts";

const process = (name: string) => ({ name, pid: 0, environment: {}, logFile: "/none" }) as unknown as ManagedProcess;
const services = Object.fromEntries(serviceNames.map((name) => [name, process(name)])) as Record<
  ServiceName,
  ManagedProcess
>;
vi.mock("node:timers/promises", { spy: true });
const never = new AbortController().signal;

test("once all serve nobody waits any more for the next look whether a configuration is refused", async () => {
  const waiting = vi.mocked(delay);
  const served = Promise.withResolvers<void>();
  const over = servingOrRefused({ services }, { held: [], serving: () => served.promise }, never);
  expect(waiting).toHaveBeenCalledOnce();
  served.resolve();
  await over;
  await setImmediate();
  expect(waiting).toHaveBeenCalledOnce();
  expect(waiting.mock.lastCall?.[2]?.signal?.aborted).toBe(true);
});

test("one that is refused ends the start with its name, and who waits for the others is told", async () => {
  let stopped = false;
  const supervisor = {
    held: ["intake"] as const,
    serving: (stop: AbortSignal) =>
      new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(void (stopped = true)))),
  };
  await expect(servingOrRefused({ services }, supervisor, never)).rejects.toMatchObject({
    reason: "CONFIG_INVALID",
    message: expect.stringContaining("intake does not say SERVING"),
  });
  expect(stopped).toBe(true);
});

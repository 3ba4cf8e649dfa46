import { Problem } from "@ntd/service";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Watch } from "./watch.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

function bed() {
  const told = { working: 0, stuck: 0 };
  const watch = new Watch({ everyMs: 10, limitMs: 100, stuck: () => told.stuck++ });
  return { told, watch, message: { working: () => told.working++ } };
}
const reasonOf = (signal: AbortSignal) => (signal.aborted ? Problem.from(signal.reason).reason : "");

test("a message is kept working from when it came until it is let go, also while it waits for its turn", () => {
  const { told, watch, message } = bed();
  const held = watch.hold(message);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual({ working: 100, stuck: 0 });
  held[Symbol.dispose]();
  vi.advanceTimersByTime(1000);
  expect(told.working).toBe(100);
});

test("a handler is cancelled at its limit, counted from its begin; at twice the limit it is stuck", () => {
  const { told, watch, message } = bed();
  using held = watch.hold(message);
  vi.advanceTimersByTime(1000);
  const signal = held.begin();
  vi.advanceTimersByTime(99);
  expect([reasonOf(signal), told.stuck]).toEqual(["", 0]);
  vi.advanceTimersByTime(20);
  expect([reasonOf(signal), told.stuck]).toEqual(["TIMED_OUT", 0]);
  vi.advanceTimersByTime(70);
  expect(told.stuck).toBe(0);
  vi.advanceTimersByTime(20);
  expect(told.stuck).toBeGreaterThan(0);
});

test("whatever is in hand can be cancelled at once; nothing is told after the end", () => {
  const { told, watch, message } = bed();
  const signals = [watch.hold(message).begin(), watch.hold(message).begin()];
  watch.cancelAll(new Problem("SHUTTING_DOWN"));
  expect(signals.map(reasonOf)).toEqual(["SHUTTING_DOWN", "SHUTTING_DOWN"]);
  watch[Symbol.dispose]();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual({ working: 0, stuck: 0 });
});

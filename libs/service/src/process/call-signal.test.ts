import { expect, test } from "vitest";
import { beyondCall, callSignal, inCall } from "./call-signal.ts";
import { inSlices } from "./in-slices.ts";

test("what a call does has its signal, over awaits too, and what runs beside it another or none", async () => {
  const [one, other] = [new AbortController().signal, new AbortController().signal];
  const seen = (signal: AbortSignal) =>
    inCall(signal, async () => {
      await Promise.resolve();
      return [callSignal(), beyondCall(callSignal), callSignal()];
    });
  expect(await Promise.all([seen(one), seen(other)])).toEqual([
    [one, undefined, one],
    [other, undefined, other],
  ]);
  expect(callSignal()).toBeUndefined();
});

test("work in slices ends with its call, between two slices", async () => {
  const stop = new AbortController();
  let slices = 0;
  function* work() {
    for (; slices < 1000; slices += 1) {
      if (slices === 3) stop.abort(new Error("nobody waits"));
      yield;
    }
  }
  await expect(inCall(stop.signal, () => inSlices(work()))).rejects.toThrow("nobody waits");
  expect(slices).toBe(3);
  await inSlices(work());
  expect(slices).toBe(1000);
});

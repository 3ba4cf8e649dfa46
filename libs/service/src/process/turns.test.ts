import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

const never = new AbortController().signal;

test("never are more jobs at once than allowed, each that was let in runs, in the order of coming", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.nat({ max: 5 }),
      fc.nat({ max: 20 }),
      async (most, room, jobs) => {
        const turns = new Turns(most, room, "too many");
        let [now, peak] = [0, 0];
        const begun: number[] = [];
        const results = await Promise.allSettled(
          Array.from({ length: jobs }, (_, i) =>
            turns.take(never, async () => {
              begun.push(i);
              peak = Math.max(peak, ++now);
              await setImmediate();
              now--;
            }),
          ),
        );
        expect(peak).toBe(Math.min(most, jobs));
        expect(begun).toEqual(Array.from({ length: Math.min(jobs, most + room) }, (_, i) => i));
        const refused = results.filter((r) => r.status === "rejected").map((r) => r.reason.reason);
        expect(refused).toEqual(Array.from({ length: Math.max(0, jobs - most - room) }, () => "RATE_LIMITED"));
      },
    ),
  );
});

test("who gives up waiting makes room, and nobody else loses the turn", async () => {
  const turns = new Turns(1, 2, "too many");
  const first = Promise.withResolvers<void>();
  const running = turns.take(never, () => first.promise);
  const tired = new AbortController();
  const gaveUp = turns.take(tired.signal, async () => "ran");
  const patient = turns.take(never, async () => "ran");
  tired.abort(new Error("tired"));
  await expect(gaveUp).rejects.toThrow("tired");
  const late = turns.take(never, async () => "ran");
  first.resolve();
  await running;
  expect(await Promise.all([patient, late])).toEqual(["ran", "ran"]);
});

test("a job that fails gives its turn back", async () => {
  const turns = new Turns(1, 0, "too many");
  await expect(turns.take(never, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect(await turns.take(never, async () => "ran")).toBe("ran");
});

test("who has given up before it came takes no turn", async () => {
  const turns = new Turns(1, 0, "too many");
  let begun = 0;
  const tired = AbortSignal.abort(new Error("tired"));
  await expect(turns.take(tired, async () => ++begun)).rejects.toThrow("tired");
  expect(begun).toBe(0);
  expect(await turns.take(never, async () => "ran")).toBe("ran");
});

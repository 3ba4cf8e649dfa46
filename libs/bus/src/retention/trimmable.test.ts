import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { trimmable, type Aged } from "./trimmable.ts";

const day = (n: number) => new Date(n * 86_400_000);
const before = day(100);

function stream(messages: readonly Aged[]) {
  let looks = 0;
  const at = async (sequence: number) => (looks++, messages.find((m) => m.sequence >= sequence));
  return { at, looks: () => looks };
}

test("what goes is acknowledged and old, a prefix, and the longest there is", async () => {
  const message = fc.record({
    gap: fc.integer({ min: 1, max: 3 }),
    later: fc.integer({ min: 0, max: 30 }),
    // Events are stored when they happen or later; what is no event has no time.
    age: fc.option(fc.integer({ min: 0, max: 60 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 60 }), fc.nat({ max: 200 }), async (drawn, floor) => {
      let [sequence, stored] = [0, 80];
      const messages = drawn.map(({ gap, later, age }) => {
        sequence += gap;
        stored += later / 10;
        return { sequence, stored: day(stored), time: age === null ? undefined : day(stored - age) };
      });
      const first = messages[0]?.sequence ?? 1;
      const last = await trimmable(stream(messages).at, { first, floor, before, atMost: 10_000 });
      const mayGo = (m: Aged) => m.sequence <= floor && (m.time === undefined || m.time < before);
      const kept = messages.find((m) => !mayGo(m));
      const goes = messages.filter((m) => m.sequence <= last);
      expect(goes).toEqual(messages.filter((m) => kept === undefined || m.sequence < kept.sequence));
    }),
    { numRuns: runs(500) },
  );
});

test("a million old messages are found by a few looks; nothing to trim costs a few", async () => {
  const at = (count: { looks: number }) => async (sequence: number) => {
    count.looks++;
    const time = day(sequence / 10_000);
    return { sequence, stored: time, time };
  };
  const many = { looks: 0 };
  const span = { first: 1, floor: 2_000_000, before, atMost: 1000 };
  expect(await trimmable(at(many), span)).toBe(999_999);
  expect(many.looks).toBeLessThan(64);
  const none = { looks: 0 };
  expect(await trimmable(at(none), { ...span, first: 1_500_000 })).toBe(1_499_999);
  expect(none.looks).toBeLessThan(64);
});

test("events that were stored later than they happened go in portions", async () => {
  const at = async (sequence: number) => ({ sequence, stored: day(200), time: day(1) });
  const once = await trimmable(at, { first: 1, floor: 5000, before, atMost: 1024 });
  expect(once).toBe(1024);
  expect(await trimmable(at, { first: once + 1, floor: 5000, before, atMost: 10_000 })).toBe(5000);
});

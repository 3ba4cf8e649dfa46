import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { knownWatermarks, oneAtATime } from "../src/known-watermarks.ts";
import { findWatermarks } from "../src/rpc-find-watermarks.ts";
import { FAMILIES, watermark, type Place } from "../src/watermark.ts";

const key = new Uint8Array(32).fill(7);
const copy = { setId: "known", recipient: "partner/nl" };
const [family = expect.fail()] = FAMILIES;
const places = (count: number): Place[] => Array.from({ length: count }, (_, nth) => ({ family, run: "grown", nth }));
const { signal } = new AbortController();

test("watermarks of a copy are made once, however many pages are read, and anew for another key or copy", async () => {
  let made = 0;
  const marksOf = knownWatermarks(oneAtATime((...of) => (made++, watermark(...of))));
  const first = await marksOf(key, copy, places(2), signal);
  expect(first).toEqual(places(2).map((place) => watermark(key, copy, place)));
  expect(await marksOf(key, copy, places(2), signal)).toEqual(first);
  expect(await marksOf(key, copy, places(1), signal)).toEqual(first.slice(0, 1));
  await Promise.all([marksOf(key, copy, places(3), signal), marksOf(key, copy, places(3), signal)]);
  expect(made).toBe(3);
  expect(await marksOf(key, { ...copy, recipient: "partner/uk" }, places(1), signal)).not.toEqual(first.slice(0, 1));
  expect(await marksOf(new Uint8Array(32), copy, places(1), signal)).not.toEqual(first.slice(0, 1));
  expect(made).toBe(5);
});

test("who gives up is told so, and what was made by then is kept", async () => {
  const giving = new AbortController();
  let made = 0;
  const make = oneAtATime((...of) => {
    if (++made === 3) giving.abort();
    return watermark(...of);
  });
  const marksOf = knownWatermarks(make);
  await expect(marksOf(key, copy, places(9), giving.signal)).rejects.toThrow("aborted");
  expect(made).toBe(3);
  await marksOf(key, copy, places(4), signal);
  expect(made).toBe(4);
});

const LONGEST_MS = 100;

test("however many ask at once, one is made in a turn of the loop, and who asks for few waits for few", async () => {
  const stretches: number[] = [];
  const timing = oneAtATime((...of) => {
    // What the processor did, and not what else it had to do meanwhile.
    const began = process.cpuUsage();
    const mark = watermark(...of);
    const { user, system } = process.cpuUsage(began);
    stretches.push((user + system) / 1000);
    return mark;
  });
  const listed = Array.from({ length: 2 }, (_, n) => ({ partner: `partner/${n}`, organisation: "", algorithms: [] }));
  const sets = [{ setId: "known", recipients: listed, entryCount: 1n }];
  const hashlists = { listRecipients: () => Promise.resolve({ sets, nextPageToken: "" }) } as never;
  const find = findWatermarks({ hashlists, watermarkKey: () => key, makeWatermark: timing });
  const fingerprints = [{ algorithm: "ALGORITHM_PDQ" as const, value: new Uint8Array(32), quality: 0 }];
  const ends = [1, 2, 3].map(() => find({ fingerprints }, { signal } as never));
  let [isOver, before, longest] = [false, 0, 0];
  const all = Promise.all(ends).finally(() => (isOver = true));
  const few = knownWatermarks(timing)(key, copy, places(5), signal).then(() => stretches.length);
  while (!isOver) {
    await setImmediate();
    expect(stretches.length - before).toBeLessThanOrEqual(1);
    before = stretches.length;
    longest = Math.max(longest, ...stretches.slice(-1));
  }
  expect((await all).flatMap(({ found }) => found)).toEqual([]);
  expect(longest).toBeLessThan(LONGEST_MS);
  // Of two copies the few and twenty, once for all three who asked, and the five of the other one between them.
  expect(stretches).toHaveLength(2 * 22 + 5);
  expect(await few).toBeLessThanOrEqual(3 * 5);
});

import { expect, test } from "vitest";
import { watermark } from "./watermark.ts";

const key = new Uint8Array(32).fill(7);
const copy = { setId: "known", recipient: "partner/nl" };
const shown = (mark: ReturnType<typeof watermark>) =>
  JSON.stringify([...mark.fingerprints.values()].map(({ value }) => Buffer.from(value).toString("hex")));

test("a watermark is the same whenever it is asked for, and another one for each copy, place and key", () => {
  const first = watermark(key, copy, 0);
  expect(watermark(key, copy, 0)).toEqual(first);
  const others = [
    watermark(key, copy, 1),
    watermark(key, { ...copy, recipient: "partner/uk" }, 0),
    watermark(key, { ...copy, setId: "other" }, 0),
    watermark(new Uint8Array(32).fill(8), copy, 0),
  ];
  expect(new Set([first, ...others].map(shown)).size).toBe(5);
});

test("its hashes are as those of pictures are: of any quality that lists have, and half of the bits are set", () => {
  const marks = Array.from({ length: 40 }, (_, nth) => watermark(key, copy, nth));
  const qualities = marks.map(({ fingerprints }) => fingerprints.get("ALGORITHM_PDQ")?.quality ?? 0);
  expect(Math.min(...qualities)).toBeGreaterThanOrEqual(50);
  expect(new Set(qualities).size).toBeGreaterThan(10);
  for (const { fingerprints, sizeBytes } of marks) {
    const bits = Array.from(fingerprints.get("ALGORITHM_PDQ")?.value ?? [], (byte) => byte.toString(2));
    const set = bits.join("").replaceAll("0", "").length;
    expect(set).toBeGreaterThan(96);
    expect(set).toBeLessThan(160);
    expect(sizeBytes).toBeGreaterThan(8000);
  }
  expect(new Set(marks.map(({ sizeBytes }) => sizeBytes)).size).toBe(40);
});

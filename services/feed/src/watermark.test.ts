import { expect, test } from "vitest";
import { FAMILIES, nameOf, watermark, type Family, type Place } from "./watermark.ts";

const key = new Uint8Array(32).fill(7);
const copy = { setId: "known", recipient: "partner/nl" };
const familyOf = (name: string): Family => FAMILIES.find((one) => nameOf(one) === name) ?? expect.fail(name);
const at = (nth: number, name = "MD5+SHA1", run: Place["run"] = "grown"): Place => ({
  family: familyOf(name),
  run,
  nth,
});
const shown = (mark: ReturnType<typeof watermark>) =>
  JSON.stringify([...mark.fingerprints.values()].map(({ value }) => Buffer.from(value).toString("hex")));

test("a watermark is the same whenever it is asked for, and another one for each copy, place and key", () => {
  const first = watermark(key, copy, at(0));
  expect(watermark(key, copy, at(0))).toEqual(first);
  expect([...first.fingerprints.keys()]).toEqual(["ALGORITHM_MD5", "ALGORITHM_SHA1"]);
  const others = [
    watermark(key, copy, at(1)),
    watermark(key, copy, at(0, "MD5+SHA1", "few")),
    watermark(key, copy, at(0, "MD5")),
    watermark(key, copy, at(0, "MD5 alone")),
    watermark(key, { ...copy, recipient: "partner/uk" }, at(0)),
    watermark(key, { ...copy, setId: "other" }, at(0)),
    watermark(new Uint8Array(32).fill(8), copy, at(0)),
  ];
  expect(new Set([first, ...others].map(shown)).size).toBe(8);
  const values = [first, ...others].map(({ fingerprints }) => shown({ fingerprints } as typeof first).slice(2, 34));
  expect(new Set(values).size).toBe(8);
});

test("its hashes are as those of pictures are: of any quality that lists have, and half of the bits are set", () => {
  const marks = Array.from({ length: 200 }, (_, nth) => watermark(key, copy, at(nth, "PDQ alone")));
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
  expect(new Set(marks.map(({ sizeBytes }) => sizeBytes)).size).toBe(200);
});

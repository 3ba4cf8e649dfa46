import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { EntryWriter } from "../src/entries/store-entries.ts";
import { ReleaseReader } from "../src/reading/release-reader.ts";
import type { Collections } from "../src/store.ts";
import { HEADER, md5 } from "./bed.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

// A store that takes everything and holds nothing: what is left is what an upload holds.
const nowhere = {
  insertMany: ({ length }: readonly unknown[]) => Promise.resolve(length),
} as unknown as Collections["entries"] & Collections["prints"];

const line = (n: number) =>
  `md5,${md5(n)},,scheme-of-a-list,code-of-a-class-${n % 3},3,a-source-that-has-a-name-${n}\n`;

/** MB that are held more than at the beginning, after each of `at` pieces. */
async function heldAfter(at: readonly number[], piece: (n: number) => string): Promise<number[]> {
  const writer = new EntryWriter({ entries: nowhere, prints: nowhere }, "set", "part");
  const reader = new ReleaseReader({ pdqQuality: 50, isNegative: false });
  reader.push(Buffer.from(`${HEADER}\n`));
  const held: number[] = [];
  const before = await heldMb();
  for (let n = 0; n <= (at.at(-1) ?? 0); n++) {
    await writer.add(reader.push(Buffer.from(piece(n))));
    if (at.includes(n)) held.push((await heldMb()) - before);
  }
  expect([reader.faultCount, writer.count > 0]).toEqual([0, true]);
  return held;
}

async function heldMb(): Promise<number> {
  // Buffers are freed beside it.
  collect();
  await setImmediate();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / (1024 * 1024);
}

test("what an upload holds does not grow with the text around its entries", async () => {
  const blank = "\n".repeat(16 * 1024);
  // A piece of a text keeps the whole text that it was cut from: 16 MB for these lines.
  const [few = 0, many = 0] = await heldAfter([1536, 2560], (n) => line(n + 1) + blank);
  expect(many - few).toBeLessThan(6);
});

test("nor with how many they are, once each chunk is begun", async () => {
  const hundred = (n: number) => Array.from({ length: 100 }, (_, i) => line(n * 100 + i + 1)).join("");
  const [few = 0, many = 0] = await heldAfter([1000, 4000], hundred);
  expect(many - few).toBeLessThan(6);
});

test.each([
  [
    "JSON",
    `{"odata.metadata":"ProjectVic","value":[{"MD5":"${md5(1)}","MediaFiles":[`,
    '{"FileName":"a name of a file"},',
  ],
  [
    "XML",
    `<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="1"><image>`,
    "<x>some words</x>",
  ],
  ["a table", "MD5\n", "x"],
])("nor with what one record of %s carries beside its hashes", async (_, start, more) => {
  const reader = new ReleaseReader({ pdqQuality: 50, isNegative: false });
  reader.push(Buffer.from(start));
  const piece = Buffer.from(more.repeat((16 * 1024) / more.length));
  const heldWith = async (pieces: number) => {
    for (let n = 0; n < pieces; n++) reader.push(piece);
    return heldMb();
  };
  const few = await heldWith(100);
  expect((await heldWith(1500)) - few).toBeLessThan(6);
});

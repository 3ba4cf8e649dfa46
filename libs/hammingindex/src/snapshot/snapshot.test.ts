import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBuilder } from "../build/builder.ts";
import { createIndex, type HammingIndex } from "../hamming-index.ts";
import { FOOTER_BYTES } from "./snapshot.ts";
import { openSnapshot } from "./snapshot-read.ts";
import { TAIL_ROWS } from "../segments/tail.ts";
import { mixedRows, queryNear, randomWords, rowOf } from "../../test/rows.ts";
import { startThreads } from "../search/threads.ts";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "ntd-snapshot-"))));
afterAll(() => rm(folder, { recursive: true }));

const rows = mixedRows(30_000, 81);

async function sample(): Promise<HammingIndex> {
  const builder = createBuilder();
  builder.addRows(100, rows.subarray(0, 6000 * 32));
  const index = await builder.build();
  for (let row = 6000; row < 6000 + TAIL_ROWS + 50; row++) index.add(row * 3 + 100_000, rowOf(rows, row));
  for (let id = 100; id < 400; id += 2) index.disable(id);
  for (let id = 101; id < 400; id += 2) index.remove(id);
  index.disable(6001 * 3 + 100_000);
  index.remove((6000 + TAIL_ROWS + 3) * 3 + 100_000);
  return index;
}

async function opened(file: string): Promise<HammingIndex> {
  const result = await openSnapshot(file);
  if (!result.ok) throw new Error(result.reason);
  return result.index;
}

/** The index of a file in which the first segment is another one. */
function change(facts: object) {
  return ([first, ...others]: object[]) => [{ ...first, ...facts }, ...others];
}

async function expectSame(a: HammingIndex, b: HammingIndex): Promise<void> {
  const { bytes: _, ...facts } = a.stats();
  expect(b.stats()).toMatchObject(facts);
  const next = randomWords(82);
  for (let i = 0; i < 60; i++) {
    const [query, radius] = [queryNear(rows, next), next() % 65];
    expect(await b.search(query, radius, 3000)).toEqual(await a.search(query, radius, 3000));
  }
}

describe("an index from a snapshot", () => {
  it("finds the same, and goes on where the other stopped", async () => {
    const file = join(folder, "same");
    const index = await sample();
    await index.save(file);
    const again = await opened(file);
    await expectSame(index, again);
    for (const one of [index, again]) {
      expect(() => one.add(100, rowOf(rows, 0))).toThrow("already in the index");
      one.add(101, rowOf(rows, 1));
      expect(one.remove(102)).toBe(true);
      expect(one.disable(6000 * 3 + 100_000)).toBe(true);
    }
    await expectSame(index, again);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("is as the index was at the call, whatever changes while it is written", async () => {
    const file = join(folder, "meanwhile");
    const [index, untouched] = [await sample(), await sample()];
    const saving = index.save(file);
    index.add(7, rowOf(rows, 1));
    index.disable(3000);
    index.remove(3001);
    await saving;
    await expectSame(untouched, await opened(file));
  });

  it("is empty when the index was", async () => {
    const file = join(folder, "empty");
    await (await createBuilder().build()).save(file);
    expect((await opened(file)).size).toBe(0);
  });
});

it("two saves at once leave one whole file and nothing aside", async () => {
  const home = await mkdtemp(join(folder, "two-"));
  const file = join(home, "snapshot");
  const index = await sample();
  await Promise.all([index.save(file), index.save(file), index.save(file)]);
  expect(await readdir(home)).toEqual(["snapshot"]);
  await expectSame(index, await opened(file));
});

it("holds no more of a tail than its rows: nothing of what stood in its memory before", async () => {
  await using threads = startThreads({ search: 1 });
  const secret = createIndex({ threads });
  const hashOf = (row: number) => createHash("sha256").update(String(row)).digest();
  for (let row = 0; row < 3000; row++) secret.add(row, hashOf(row));
  await secret[Symbol.asyncDispose]();
  const index = createIndex({ threads });
  index.add(1, new Uint8Array(32).fill(7));
  const file = join(folder, "small");
  await index.save(file);
  const bytes = await readFile(file);
  expect(bytes.length).toBeLessThan(6000);
  for (let row = 0; row < 3000; row += 100) expect(bytes.includes(hashOf(row))).toBe(false);
});

it("however often an index is saved and opened, its few new rows stay one tail", async () => {
  const file = join(folder, "often");
  await createIndex().save(file);
  for (let round = 0; round < 12; round++) {
    const index = await opened(file);
    for (let row = 0; row < 2000; row++) index.add(round * 2000 + row, rowOf(rows, round * 2000 + row));
    await index.save(file);
  }
  const last = await opened(file);
  expect(last.stats()).toMatchObject({ rows: 24_000, segments: 1, tail: 24_000 - TAIL_ROWS });
  expect([...(await last.search(rowOf(rows, 23_999), 0, 60_000)).ids]).toContain(23_999);
});

describe("a snapshot is refused", () => {
  let whole: string;
  let bytes: Buffer;
  beforeAll(async () => {
    whole = join(folder, "whole");
    await (await sample()).save(whole);
    bytes = await readFile(whole);
  });

  const refusalOf = async (file: string) => {
    const result = await openSnapshot(file);
    return result.ok ? "opened" : result.reason;
  };

  it("when it is missing", async () => {
    expect(await refusalOf(join(folder, "nowhere"))).toBe("missing");
  });

  it("when it was cut off anywhere", async () => {
    const file = join(folder, "cut");
    const lengths = [0, 1, FOOTER_BYTES - 1, FOOTER_BYTES, bytes.length >> 1, bytes.length - FOOTER_BYTES];
    for (const length of [...lengths, bytes.length - 1]) {
      await copyFile(whole, file);
      await truncate(file, length);
      expect(await refusalOf(file), `${length} bytes`).toBe("truncated");
    }
    await writeFile(file, bytes.subarray(64));
    expect(await refusalOf(file), "without its beginning").toBe("truncated");
  });

  it("when any bit of it was turned", async () => {
    const file = join(folder, "turned");
    const next = randomWords(83);
    const places = Array.from({ length: 25 }, () => next() % bytes.length);
    for (const place of [0, bytes.length - 1, bytes.length - FOOTER_BYTES - 5, ...places]) {
      const turned = Buffer.from(bytes);
      turned[place] = (turned[place] as number) ^ 4;
      await writeFile(file, turned);
      expect(["corrupt", "truncated"], `byte ${place}`).toContain(await refusalOf(file));
    }
  });

  it.each([
    ["is no JSON", () => undefined],
    ["is no list", () => ({})],
    ["holds no segment", () => [null]],
    ["has a segment of too many rows", change({ rows: 1e12 })],
    ["has rows that its sections do not have", change({ rows: 5000 })],
    ["has ids beyond 2^32", change({ firstId: 2 ** 32 - 10 })],
    ["has an id that is no number", change({ firstId: "0" })],
    ["has a segment of another kind", change({ kind: "other" })],
    ["calls a segment a tail", change({ kind: "tail" })],
    ["lacks a section", change({ sections: [] })],
  ])("when its index, with right checksums, %s", async (_, changed) => {
    const file = join(folder, "foreign");
    const footer = Buffer.from(bytes.subarray(-FOOTER_BYTES));
    const end = bytes.length - FOOTER_BYTES - footer.readUInt32LE(12);
    const index = JSON.parse(bytes.subarray(end, -FOOTER_BYTES).toString()) as object[];
    const text = Buffer.from(JSON.stringify(changed(index)) ?? "[{");
    footer.writeUInt32LE(text.length, 12);
    footer.writeUInt32LE(crc32(text), 16);
    footer.writeUInt32LE(crc32(footer.subarray(0, 20)), 20);
    await writeFile(file, Buffer.concat([bytes.subarray(0, end), text, footer]));
    expect(await refusalOf(file)).toBe("corrupt");
  });

  it("when it is of another version", async () => {
    const file = join(folder, "version");
    const other = Buffer.from(bytes);
    const footer = other.subarray(-FOOTER_BYTES);
    footer.writeUInt32LE(footer.readUInt32LE(8) + 1, 8);
    footer.writeUInt32LE(crc32(footer.subarray(0, 20)), 20);
    await writeFile(file, other);
    expect(await refusalOf(file)).toBe("other_version");
  });
});

describe("a snapshot that cannot be written", () => {
  it("leaves the one before and nothing aside", async () => {
    const home = await mkdtemp(join(folder, "failed-"));
    const index = await sample();
    const file = join(home, "snapshot");
    await index.save(file);
    const before = await readFile(file);
    await expect(index.save(join(file, "below a file"))).rejects.toThrow("ENOTDIR");
    expect((await readFile(file)).equals(before)).toBe(true);
    await rm(file);
    // A folder stands where the file should: all was written, and the last step fails.
    await mkdir(join(file, "in the way"), { recursive: true });
    await expect(index.save(file)).rejects.toThrow();
    expect(await readdir(home)).toEqual(["snapshot"]);
  });
});

import { setTimeout as delay } from "node:timers/promises";
import { constants, gzipSync, zstdCompressSync as zstd } from "node:zlib";
import { Problem } from "@ntd/service";
import { describe, expect, test } from "vitest";
import { unpacked } from "../src/reading/unpacked.ts";

const MB = 1024 * 1024;
const list = Buffer.from(Array.from({ length: 3_000 }, (_, i) => `${i * 7919} line ${i}\n`).join(""));

// As the command line packs: with a checksum.
const zstdCompressSync = (bytes: Uint8Array) => zstd(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });

async function read(file: Uint8Array, { pieceBytes = 16 * 1024, maxBytes = 100 * MB } = {}) {
  const parts: Uint8Array[] = [];
  let isAsked = false;
  async function* pieces() {
    for (let at = 0; at < file.length; at += pieceBytes) yield file.subarray(at, at + pieceBytes);
    isAsked = true;
  }
  for await (const piece of unpacked(pieces(), maxBytes)) parts.push(piece);
  return { bytes: Buffer.concat(parts), isAsked };
}
const problemOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => Problem.from(error),
  );

test.each([
  ["as it is", list],
  ["gzip", gzipSync(list)],
  ["gzip of two members", Buffer.concat([gzipSync(list.subarray(0, 9)), gzipSync(list.subarray(9))])],
  ["zstd", zstdCompressSync(list)],
])("%s: the same bytes, whatever the pieces, and the sender is read to the end", async (_, file) => {
  for (const pieceBytes of [16 * 1024, 1000, 3]) {
    const { bytes, isAsked } = await read(file, { pieceBytes });
    expect(bytes.equals(list)).toBe(true);
    expect(isAsked).toBe(true);
  }
});

test("an empty file, and one of a byte", async () => {
  expect((await read(Buffer.alloc(0))).bytes).toHaveLength(0);
  expect((await read(Buffer.from("a"))).bytes.toString()).toBe("a");
});

describe.each([
  ["gzip", gzipSync],
  ["zstd", zstdCompressSync],
])("%s:", (_, pack) => {
  test("what breaks off is refused", async () => {
    const problem = await problemOf(read(pack(list).subarray(0, -20)));
    expect(problem).toMatchObject({ reason: "FIELD_INVALID", message: expect.stringContaining("breaks off") });
  });

  test("what is broken in the middle is refused", async () => {
    const file = Buffer.from(pack(list));
    for (let i = 1000; i < 1040; i++) file[i] = 0xff;
    expect(await problemOf(read(file))).toMatchObject({ reason: "FIELD_INVALID" });
  });

  test("something behind the end is refused", async () => {
    expect(await problemOf(read(Buffer.concat([pack(list), Buffer.alloc(100, 7)])))).toMatchObject({
      reason: "FIELD_INVALID",
    });
    const another = Buffer.concat([pack(list), Buffer.alloc(MB, 7)]);
    expect(await problemOf(read(another))).toMatchObject({ reason: "FIELD_INVALID" });
  });

  test("what grows more than any list is refused long before it is unpacked", async () => {
    const file = pack(Buffer.alloc(100 * MB));
    const before = process.memoryUsage().rss;
    expect(await problemOf(read(file, { maxBytes: 1000 * MB }))).toMatchObject({
      reason: "TOO_LARGE",
      message: expect.stringContaining("100-fold"),
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * MB);
  });

  test("what is too large unpacked is refused", async () => {
    expect(await problemOf(read(pack(list), { maxBytes: 1000 }))).toMatchObject({ reason: "TOO_LARGE" });
  });

  test("what its sender's stream throws is thrown", async () => {
    async function* pieces() {
      yield pack(list).subarray(0, 100);
      await delay(1);
      throw new Problem("TIMED_OUT");
    }
    const all = async () => {
      for await (const _piece of unpacked(pieces(), MB));
    };
    expect(await problemOf(all())).toMatchObject({ reason: "TIMED_OUT" });
  });
});

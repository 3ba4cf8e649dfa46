import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { HeadersTooLarge, normalised, normalisedHeaders } from "./header-block.ts";

const through = (chunks: Buffer[]) => buffer(Readable.from(chunks).pipe(normalisedHeaders()));

test("a block that needs nothing stays as it is, and so does what follows", async () => {
  const answer = "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 4\r\n\r\n\n\n:x";
  expect((await through([Buffer.from(answer)])).toString()).toBe(answer);
});

test("the same comes out however the bytes are cut, and a block is in order after one turn", async () => {
  const line = fc.constantFrom(
    "X-A : b",
    " folded",
    "no header",
    ": x",
    "Content-Length: 3",
    "content-length : 3",
    "\tx",
    "A:b\rc",
  );
  const end = fc.constantFrom("\n", "\r\n");
  const block = fc.array(fc.tuple(line, end), { maxLength: 12 }).map((lines) => lines.map((l) => l.join("")).join(""));
  const interim = fc.constantFrom("", "HTTP/1.1 100 Continue\n\n", "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n");
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 });
  const body = fc.uint8Array({ maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(interim, block, body, cuts, async (before, lines, content, sizes) => {
      const bytes = Buffer.concat([Buffer.from(`${before}HTTP/1.1 200 OK\r\n${lines}\r\n`, "latin1"), content]);
      const chunks: Buffer[] = [];
      for (let at = 0, n = 0; at < bytes.length; at += sizes[n++ % sizes.length] ?? 1) {
        chunks.push(bytes.subarray(at, at + (sizes[n % sizes.length] ?? 1)));
      }
      const whole = await through([bytes]);
      expect(await through(chunks)).toEqual(whole);
      expect(whole.subarray(whole.length - content.length)).toEqual(Buffer.from(content));
      const once = normalised(`HTTP/1.1 200 OK\r\n${lines}\r\n`);
      expect(normalised(once)).toBe(once);
    }),
    { numRuns: runs(200) },
  );
});

test("whatever comes ends, in the time that its length takes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
      await through([Buffer.from(bytes)]);
    }),
    { numRuns: runs(200) },
  );
  const drip = Array.from({ length: 200_000 }, () => Buffer.from("x"));
  expect((await through(drip)).length).toBe(200_000);
  await expect(through([Buffer.alloc(300_000, "x")])).rejects.toThrow(HeadersTooLarge);
  const ended = Buffer.concat([
    Buffer.from("HTTP/1.1 200 OK\r\nX: "),
    Buffer.alloc(300_000, "x"),
    Buffer.from("\r\n\r\n"),
  ]);
  for (const at of [ended.length, 200_000, 262_000]) {
    await expect(through([ended.subarray(0, at), ended.subarray(at)])).rejects.toThrow(HeadersTooLarge);
  }
});

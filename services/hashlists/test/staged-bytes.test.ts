import { createHash } from "node:crypto";
import { callSignal, inCall } from "@ntd/service";
import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  keptBytes,
  keptOf,
  keptTogether,
  stagedBytes,
  StagedWriter,
  type StagedState,
} from "../src/uploads/staged-bytes.ts";

const bytes = Buffer.from("a list");

/** What one attempt left, and how often it is read. */
function left() {
  const held = Promise.withResolvers<void>();
  const counted = { reads: 0, letGo: () => held.resolve() };
  async function* pages() {
    counted.reads++;
    await held.promise;
    callSignal()?.throwIfAborted();
    yield [{ id: "p", version: 1, state: { schemaVersion: 1, part: "p", from: 0, bytes } }];
  }
  const staged = { pages } as unknown as Parameters<typeof keptTogether>[0]["staged"];
  return { kept: keptTogether({ staged }), counted };
}

test("what is kept of an upload is read once for all who ask at a time, and again for who asks later", async () => {
  const { kept, counted } = left();
  const attempts = [{ part: "p", from: 0 }];
  const asked = [kept(attempts), kept([...attempts]), kept(attempts)];
  counted.letGo();
  const digest = Uint8Array.from(createHash("sha256").update(bytes).digest());
  expect(await Promise.all(asked)).toEqual(Array(3).fill({ bytes: 6, digest }));
  expect(counted.reads).toBe(1);
  await kept(attempts);
  expect(counted.reads).toBe(2);
  await kept([{ part: "other", from: 0 }]);
  expect(counted.reads).toBe(3);
});

test("who gives up asking takes it from nobody else who asks", async () => {
  const { kept, counted } = left();
  const tired = new AbortController();
  const attempts = [{ part: "p", from: 0 }];
  const asked = [inCall(tired.signal, () => kept(attempts)), kept(attempts)];
  tired.abort();
  counted.letGo();
  expect((await Promise.all(asked)).map((answer) => answer.bytes)).toEqual([6, 6]);
});

/** A store of pieces; each write ends when the next one is asked for, or when all are told to. */
function pieces() {
  const kept: { id: string; version: number; state: StagedState }[] = [];
  const counted = { onTheWay: 0, most: 0 };
  const staged = {
    async insertMany(documents: { id: string; state: StagedState }[]) {
      counted.most = Math.max(counted.most, ++counted.onTheWay);
      await new Promise(setImmediate);
      counted.onTheWay--;
      for (const { id, state } of documents) kept.push({ id, version: 1, state: structuredClone(state) });
      return documents.length;
    },
    async *pages({ where: { part } }: { where: { part: string } }) {
      yield kept.filter(({ state }) => state.part === part);
    },
    find: async ({ where: { part } }: { where: { part: string } }) =>
      kept.filter(({ state }) => state.part === part).slice(-1),
  };
  return { collections: { staged } as unknown as Parameters<typeof keptOf>[0], counted };
}

async function wholeOf(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

test("whatever attempts leave, what is counted is what is read, and it is the file", async () => {
  const mebibyte = 1024 * 1024;
  const file = Buffer.alloc(3 * mebibyte).map((_, i) => i * 31 + (i >> 11));
  const attempt = fc.record({
    back: fc.integer({ min: 0, max: mebibyte }),
    bytes: fc.integer({ min: 1, max: 2 * mebibyte }),
    isKilled: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(attempt, { minLength: 1, maxLength: 4 }), async (attempts) => {
      const { collections, counted } = pieces();
      let left: { part: string; from: number }[] = [];
      for (const [nth, { back, bytes, isKilled }] of attempts.entries()) {
        const from = Math.max(0, (await keptBytes(collections, left)) - back);
        left = [...left.filter((one) => one.from < from), { part: `p${nth}`, from }];
        const writer = new StagedWriter(collections, { part: `p${nth}`, from });
        for (let at = from; at < Math.min(from + bytes, file.length); at += 65_536) {
          await writer.add(file.subarray(at, Math.min(at + 65_536, from + bytes, file.length)));
        }
        await (isKilled ? writer.settle() : writer.flush());
      }
      const { bytes } = await keptOf(collections, left);
      expect(await keptBytes(collections, left)).toBe(bytes);
      expect((await wholeOf(stagedBytes(collections, left))).equals(file.subarray(0, bytes))).toBe(true);
      expect(counted.most).toBeLessThanOrEqual(1);
    }),
    { numRuns: runs(20) },
  );
});

test("what is read ahead while an upload ends is not kept behind its end", async () => {
  const { collections } = pieces();
  const writer = new StagedWriter(collections, { part: "p", from: 0 });
  await writer.add(Buffer.alloc(1024 * 1024));
  await writer.settle();
  await writer.add(Buffer.alloc(2 * 1024 * 1024));
  await writer.settle();
  expect(await keptBytes(collections, [{ part: "p", from: 0 }])).toBe(1024 * 1024);
});

import { expect, test } from "vitest";
import { ChunkBuilder, CHUNK } from "../src/chunks/chunk-builder.ts";
import { streamEntries } from "../src/entries/rpc-stream-entries.ts";
import { md5 } from "./bed.ts";

const whole = { part: "p", entryCount: CHUNK + 1, digest: "d" };

/** A release of a full chunk and one entry more. */
function listed() {
  const builder = new ChunkBuilder();
  const chunks = [CHUNK, 1].map((count, nth) => {
    for (let n = 0; n < count; n++) {
      const told = { scheme: "s", code: "A", votes: 1, sourceId: `f-${n}`, line: n + 2 };
      builder.add(Buffer.from(md5(n + nth * CHUNK), "hex"), { algorithm: "MD5", value: md5(n), quality: 0, ...told });
    }
    return { id: `${nth}`, version: 1, state: { ...builder.take("p"), bucket: 0 } };
  });
  const state = { setId: "s", releaseId: "r", stage: { name: "approved", ...whole } };
  const collections = {
    releases: { load: async () => ({ id: "r", version: 1, state }) },
    entries: {
      project: async () => ({ length: 1 }),
      async *pages() {
        yield chunks;
      },
    },
  };
  return collections as unknown as Parameters<typeof streamEntries>[0];
}

test("a message is small, so that what waits for a slow reader is little; all of them are the release", async () => {
  const collections = listed();
  const sizes: number[] = [];
  const ids = new Set<string>();
  for await (const { entries } of streamEntries(collections)({ releaseId: "r" })) {
    sizes.push(entries.length);
    for (const { entryId } of entries) ids.add(entryId);
  }
  expect(Math.max(...sizes)).toBeLessThanOrEqual(CHUNK / 4);
  expect([ids.size, sizes.reduce((sum, size) => sum + size, 0)]).toEqual([CHUNK + 1, CHUNK + 1]);
});

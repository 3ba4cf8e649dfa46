import fc from "fast-check";
import { expect, test } from "vitest";
import { BucketChanges } from "./bucket-changes.ts";
import { ChunkBuilder } from "../chunks/chunk-builder.ts";
import { entriesOf, type ChunkState } from "../chunks/entry-chunk.ts";
import { idKeys, ID_BYTES, keyText } from "./entry-id.ts";

interface Listed {
  n: number;
  votes: number;
  code: "A" | "B";
  file?: string;
}

const idOf = (n: number) => new Uint8Array(ID_BYTES).fill(n, 8);
const keyOf = (n: number) => idKeys(idOf(n))[0] ?? "";

/** Chunks of two entries, in the order given. */
function chunks(entries: readonly Listed[]): ChunkState[] {
  const builder = new ChunkBuilder();
  const all: ChunkState[] = [];
  for (const { n, votes, code, file } of entries) {
    const value = n.toString(16).padStart(32, "0");
    const told = { scheme: "s", code, votes, sourceId: file ?? `s-${n}` };
    builder.add(idOf(n), { algorithm: "MD5", value, quality: 0, ...told, line: n + 2 });
    if (builder.count === 2) all.push(builder.take("p"));
  }
  return builder.count > 0 ? [...all, builder.take("p")] : all;
}

function changes(older: readonly Listed[], newer: readonly Listed[], revoked: readonly number[] = []) {
  const gone = new Set(revoked.map(keyOf));
  const bucket = new BucketChanges(gone);
  for (const chunk of chunks(older)) bucket.older({ chunk });
  const found = { added: [] as string[], changed: [] as string[] };
  for (const chunk of chunks(newer)) {
    const ids = entriesOf(chunk).map(({ entryId }) => entryId);
    const { added, changed } = bucket.newer({ chunk });
    found.added.push(...added.map((i) => ids[i] ?? ""));
    found.changed.push(...changed.map((i) => ids[i] ?? ""));
  }
  return { ...found, removed: [...bucket.left()].map(([key]) => keyText(key)) };
}

const listed = (n: number, votes = 1, code: Listed["code"] = "A"): Listed => ({ n, votes, code });
const text = (n: number) => keyText(keyOf(n));

test("given the same entries in another order, then nothing changed", () => {
  const entries = [listed(1), listed(2), listed(3)];
  expect(changes(entries, entries.toReversed())).toEqual({ added: [], changed: [], removed: [] });
});

test("given another file of an MD5, then the entry changed", () => {
  const other = { ...listed(2), file: "another" };
  expect(changes([listed(1), listed(2)], [listed(1), other]).changed).toEqual([text(2)]);
});

test("given other votes or another class, then the entry changed", () => {
  expect(changes([listed(1), listed(2), listed(3)], [listed(3), listed(2, 1, "B"), listed(1, 2)])).toEqual({
    added: [],
    changed: [text(2), text(1)],
    removed: [],
  });
});

test("given a revoked entry, then it is not added, and it is removed if it was there", () => {
  expect(changes([listed(1)], [listed(1, 9), listed(2)], [1, 2])).toEqual({
    added: [],
    changed: [],
    removed: [text(1)],
  });
});

test("whatever two releases hold: the older one with the changes applied is the newer one", () => {
  const release = fc.uniqueArray(
    fc.record({
      n: fc.integer({ min: 0, max: 40 }),
      votes: fc.integer({ min: 1, max: 2 }),
      code: fc.constantFrom("A", "B"),
    }),
    { selector: ({ n }) => n },
  );
  fc.assert(
    fc.property(release, release, fc.array(fc.integer({ min: 0, max: 40 })), (older, newer, revoked) => {
      const { added, changed, removed } = changes(older, newer, revoked);
      const [before, after] = [new Map(older.map((e) => [text(e.n), e])), new Map(newer.map((e) => [text(e.n), e]))];
      for (const id of revoked.map(text)) after.delete(id);
      for (const id of removed) expect(before.delete(id)).toBe(true);
      for (const id of added) expect(before.has(id)).toBe(false);
      for (const id of changed) expect(before.get(id)).not.toEqual(after.get(id));
      for (const id of [...added, ...changed]) before.set(id, after.get(id) as Listed);
      expect(before).toEqual(after);
    }),
  );
});

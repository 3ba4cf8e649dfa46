import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { derivedId } from "@ntd/service";
import { openStore } from "@ntd/store";
import { containersMissing, startMongoContainer } from "@ntd/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHUNK } from "../src/chunks/chunk-builder.ts";
import { entriesOf } from "../src/chunks/entry-chunk.ts";
import { entryIds, idBytes } from "../src/entries/entry-id.ts";
import { entriesIn, idsIn, sourcesOf } from "../src/entries/find-entries.ts";
import { listedRows, placesIn } from "../src/entries/layered-rows.ts";
import { PartWriter, removeAll } from "../src/entries/store-entries.ts";
import type { ReadEntry } from "../src/reading/release-reader.ts";
import { openCollections, type Collections } from "../src/store.ts";
import { md5 } from "./bed.ts";

const noContainers = await containersMissing();
const stores = [
  { name: "sqlite", missing: undefined },
  { name: noContainers === undefined ? "mongo" : `mongo (skipped: ${noContainers})`, missing: noContainers },
];

const SET = "s";
const idOf = (n: number) => derivedId("entry", SET, "MD5", md5(n));
const line = (n: number, votes = 1): ReadEntry => {
  const told = { quality: 0, scheme: "", code: "", sourceId: `source-${n}`, line: n + 1 };
  return { algorithm: "MD5", value: md5(n), votes, ...told };
};
const hex = (n: number, digits: number) => n.toString(16).padStart(digits, "0");
const made = (bucket: number, n: number) => `${hex(bucket, 2)}${hex(n, 6)}-0000-4000-8000-000000000000`;

describe.each(stores)("on $name", ({ name, missing }) => {
  const held = new AsyncDisposableStack();
  let collections: Collections;
  beforeAll(async () => {
    if (missing !== undefined) return;
    const dir = await mkdtemp(join(tmpdir(), "ntd-hashlists-"));
    held.defer(() => rm(dir, { recursive: true, force: true }));
    const url = name === "sqlite" ? `file:${join(dir, "store")}` : `${held.use(await startMongoContainer()).url}/ntd`;
    collections = await openCollections(held.use(await openStore(url)));
  });
  afterAll(() => held.disposeAsync());

  /** As an earlier release wrote it. */
  async function withoutPrints(part: string): Promise<void> {
    await removeAll(collections.prints, { part }, new AbortController().signal);
  }

  /** Chunks that are read while something is done. */
  async function chunksRead(work: (counted: Collections) => Promise<unknown>): Promise<number> {
    let read = 0;
    const { entries } = collections;
    const counted: Collections["entries"] = {
      ...entries,
      load: async (id) => (read++, await entries.load(id)),
      async *pages(query, size) {
        for await (const page of entries.pages(query, size)) {
          read += page.length;
          yield page;
        }
      },
    };
    await work({ ...collections, entries: counted });
    return read;
  }

  const numbers = fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 20 });
  const layer = fc.record({ now: numbers, before: numbers, isOld: fc.boolean() });

  test.skipIf(missing !== undefined)(
    "whatever the layers, those of an earlier release too: what is found by ids is what reading all of them finds",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(layer, { minLength: 1, maxLength: 4 }), numbers, async (layers, asked) => {
          const parts: string[] = [];
          for (const [nth, { now, before, isOld }] of layers.entries()) {
            const part = randomUUID();
            const [writer, stood] = [new PartWriter(collections, part), new PartWriter(collections, part, true)];
            const put = (into: PartWriter, n: number, votes: number) =>
              into.put(entryIds(SET)("MD5", md5(n)), line(n, votes));
            for (const n of now) put(writer, n, nth + 1);
            if (nth > 0) for (const n of before) put(stood, n, nth);
            await writer.end();
            await stood.end();
            if (isOld) await withoutPrints(part);
            parts.push(part);
          }
          const ids = new Set(asked.map(idOf));
          const told = (entries: { entryId: string; votes: number }[]) =>
            entries.map(({ entryId, votes }) => `${entryId} ${votes}`).toSorted();
          const all: { entryId: string; votes: number }[] = [];
          for await (const rows of listedRows(collections, parts)) {
            const entries = entriesOf(rows.chunk);
            for (const i of placesIn(rows)) all.push(...(entries[i] ? [entries[i]] : []));
          }
          const wanted = all.filter(({ entryId }) => ids.has(entryId));
          const found = (await Array.fromAsync(entriesIn(collections, parts, ids))).flat();
          expect(told(found)).toEqual(told(wanted));
          expect([...(await sourcesOf(collections, parts, ids)).keys()].toSorted()).toEqual(
            wanted.map(({ entryId }) => entryId).toSorted(),
          );
        }),
        { numRuns: name === "sqlite" ? 30 : 5 },
      );
    },
    60_000,
  );

  test.skipIf(missing !== undefined)(
    "only chunks that have one of the ids are read, and none for ids that are not there",
    async () => {
      const part = randomUUID();
      const writer = new PartWriter(collections, part);
      const put = (id: string, n: number) => writer.put(idBytes([id]), line(n));
      // Three chunks in one bucket, and one in each of two hundred others.
      const alike = Array.from({ length: 3 * CHUNK }, (_, n) => made(0, n));
      const others = Array.from({ length: 200 }, (_, n) => made(n + 1, n));
      for (const [n, id] of [...alike, ...others].entries()) put(id, n);
      await writer.end();
      const one = [alike[CHUNK] ?? ""];
      expect(await chunksRead(async (of) => expect(await idsIn(of, part, one)).toEqual(new Set(one)))).toBe(1);
      const absent = Array.from({ length: 1000 }, (_, n) => made(n % 256, 500_000 + n));
      expect(await chunksRead(async (of) => expect(await idsIn(of, part, absent)).toEqual(new Set()))).toBe(0);
      const each = others.slice(0, 100);
      expect(await chunksRead(async (of) => expect(await idsIn(of, part, each)).toEqual(new Set(each)))).toBe(100);
      // What is no id is in no list.
      expect(await idsIn(collections, part, ["", "no-id", `${one[0]}0`])).toEqual(new Set());
      await withoutPrints(part);
      expect(await chunksRead(async (of) => expect(await idsIn(of, part, one)).toEqual(new Set(one)))).toBeGreaterThan(
        2,
      );
    },
    60_000,
  );
});

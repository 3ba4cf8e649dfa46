import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { inCall } from "@ntd/service";
import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { change, many, openStore, type CollectionSpec, type Document, type Store } from "../src/index.ts";
import { adapters, dir } from "./adapters.ts";

interface Notice {
  provider: string;
  issued: Date;
  rank?: number;
  entries: string[];
  hash?: Uint8Array;
}
type Field = "provider" | "issued" | "rank" | "entry";
type Column = "hash";
const spec: CollectionSpec<Notice, Field, Column> = {
  name: "notices",
  fields: {
    provider: (n) => n.provider,
    issued: (n) => n.issued,
    rank: (n) => n.rank,
    entry: many((n) => n.entries),
  },
  columns: { hash: (n) => n.hash },
  indexes: [
    { fields: ["provider"] },
    { fields: ["provider", "issued"] },
    { fields: ["rank"] },
    { fields: ["rank"], covers: ["hash", "issued"] },
  ],
};
const notice = (more: Partial<Notice> = {}): Notice => ({ provider: "p", issued: new Date(0), entries: [], ...more });
const ids = (documents: readonly Document<Notice>[]) => documents.map(({ id }) => id);

describe.each(adapters)("$name", ({ reason, start }) => {
  if (reason !== undefined) {
    test.skip(`queries: ${reason}`, () => undefined);
    return;
  }
  let server: Awaited<ReturnType<typeof start>>;
  let store: Store;
  beforeAll(async () => {
    server = await start();
    store = await openStore(server.url());
  });
  afterAll(async () => {
    await store[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  const fresh = async () => await store.collection({ ...spec, name: `c${randomUUID().slice(0, 8)}` });

  test("a compound index that is declared later is made, one that is no longer declared goes, and answers stay", async () => {
    const url = server.url();
    for (const indexes of [
      spec.indexes,
      [{ fields: ["rank"] as const }, { fields: ["rank", "provider"] as const }],
      [],
    ]) {
      await using opened = await openStore(url);
      const c = await opened.collection({ ...spec, indexes: indexes ?? [] });
      await c.insert("a", notice({ rank: 1 }));
      expect(ids(await c.find({ where: { provider: "p" }, limit: 9 }))).toEqual(["a"]);
      expect(ids(await c.find({ where: { rank: 1 }, limit: 9 }))).toEqual(["a"]);
    }
  });

  test("a query that no index serves is refused in tests, whatever asks it", async () => {
    vi.stubEnv("NTD_STORE_QUERIES", "refuse");
    const c = await fresh();
    const refused = "where (issued range) order by id is served by no index";
    const where = { issued: { lte: new Date(0) } };
    await expect(c.find({ where, limit: 1 })).rejects.toThrow(refused);
    await expect(c.pages({ where }, 1)[Symbol.asyncIterator]().next()).rejects.toThrow(refused);
    await expect(c.project({ where }, { rank: "number" })).rejects.toThrow(refused);
    await expect(c.count({ provider: "p", rank: 1 })).rejects.toThrow("served by no index");
    await expect(c.touch({ entry: "x", rank: 1 })).rejects.toThrow("served by no index");
    await expect(c.find({ orderBy: "entry", limit: 1 })).rejects.toThrow("served by no index");
    vi.stubEnv("NTD_STORE_QUERIES", "");
    await using production = await openStore(server.url());
    expect(await (await production.collection({ ...spec, name: "any" })).find({ where, limit: 1 })).toEqual([]);
    vi.unstubAllEnvs();
  });

  test("an index that names what is not declared is refused", async () => {
    const wrong = { ...spec, indexes: [{ fields: ["entry"] }] } as unknown as typeof spec;
    await expect(store.collection(wrong)).rejects.toThrow("an index of notices names entry");
  });

  test("a field of several values matches when one of them does, and follows each write", async () => {
    const c = await fresh();
    const one = await c.insert("a", notice({ entries: ["x", "y", "x"] }));
    await c.insert("b", notice({ entries: ["y"] }));
    await c.insertMany([{ id: "c", state: notice() }]);
    expect(ids(await c.find({ where: { entry: "y" }, limit: 9 }))).toEqual(["a", "b"]);
    expect(ids(await c.find({ where: { entry: "y" }, after: { id: "a" }, limit: 9 }))).toEqual(["b"]);
    expect(ids(await c.find({ where: { entry: { in: ["x", "y", "z"] } }, limit: 9 }))).toEqual(["a", "b"]);
    expect(await c.count({ entry: "y" })).toEqual({ count: 2, isMore: false });
    if (one) await c.save(one, notice({ entries: ["y", "z"] }));
    expect(ids(await c.find({ where: { entry: "x" }, limit: 9 }))).toEqual([]);
    expect(ids(await c.find({ where: { entry: "z" }, limit: 9 }))).toEqual(["a"]);
    expect(await c.touch({ entry: "y" })).toBe(2);
    await c.remove("a");
    expect(ids(await c.find({ where: { entry: "y" }, limit: 9 }))).toEqual(["b"]);
  });

  test("a field of several values and a column that are declared later are filled in", async () => {
    const url = server.url();
    const before = await openStore(url);
    const narrow = { name: "notices", fields: { provider: (n: Notice) => n.provider } };
    await (
      await before.collection<Notice, "provider">(narrow)
    ).insert("a", notice({ entries: ["x", "y"], hash: new Uint8Array([7]) }));
    await before[Symbol.asyncDispose]();
    await using after = await openStore(url);
    const c = await after.collection(spec);
    expect(ids(await c.find({ where: { entry: "y" }, limit: 9 }))).toEqual(["a"]);
    const { columns } = await c.project({}, { hash: "bytes" });
    expect([...columns.hash.at(0)]).toEqual([7]);
  });

  test("touch raises the version of what matches and of nothing else: whoever loaded before is refused", async () => {
    const c = await fresh();
    const a = await c.insert("a", notice({ rank: 1 }), event("e1"));
    await c.insert("b", notice({ rank: 2 }));
    await c.insert("c", notice({ rank: 3 }));
    expect(await c.touch({ rank: { lte: 2 } })).toBe(2);
    expect((await c.find({ limit: 9 })).map(({ version }) => version)).toEqual([2, 2, 1]);
    expect(a && (await c.save(a, notice()))).toBeUndefined();
    expect((await c.outbox.read("a")).map(({ id }) => id)).toEqual(["e1"]);
    expect(await c.touch({ rank: 9 })).toBe(0);
  });

  test("a document that was touched goes on from there: saved, touched again, removed and made anew", async () => {
    const c = await fresh();
    await c.insert("a", notice({ rank: 1 }));
    await c.touch({ rank: 1 });
    await c.touch({ rank: 1 });
    const touched = await c.load("a");
    expect(touched?.version).toBe(3);
    expect(touched && (await c.save(touched, notice({ rank: 2 }), event("e4")))?.version).toBe(4);
    expect((await c.outbox.read("a")).map(({ version }) => version)).toEqual([4]);
    await c.touch({ rank: 2 });
    expect((await c.project({ where: { rank: 2 } }, { version: "number" })).columns.version[0]).toBe(5);
    await c.remove("a");
    expect((await c.insert("a", notice({ rank: 1 })))?.version).toBe(1);
    expect((await c.load("a"))?.version).toBe(1);
  });

  test("project reads fields, columns, id and version as arrays, in order and from the cursor", async () => {
    const c = await fresh();
    await c.insert("b", notice({ rank: 2, issued: new Date(5), hash: new Uint8Array([1, 2]) }));
    await c.insert("a", notice({ rank: 1, provider: "q", hash: new Uint8Array([3]) }));
    await c.insert("c", notice({ rank: 3 }));
    await c.insert("unranked", notice());
    const asked = {
      id: "text",
      version: "number",
      rank: "number",
      issued: "number",
      hash: "bytes",
      provider: "text",
    } as const;
    const { length, columns } = await c.project({ orderBy: "rank" }, asked);
    expect(length).toBe(3);
    expect(columns.id).toEqual(["a", "b", "c"]);
    expect(columns.version).toEqual(new Float64Array([1, 1, 1]));
    expect(columns.rank).toEqual(new Float64Array([1, 2, 3]));
    expect(columns.issued).toEqual(new Float64Array([0, 5, 0]));
    expect([0, 1, 2].map((i) => [...columns.hash.at(i)])).toEqual([[3], [1, 2], []]);
    expect(columns.provider).toEqual(["q", "p", "p"]);
    const rest = await c.project({ orderBy: "rank", after: { value: 1, id: "a" }, limit: 1 }, { id: "text" });
    expect(rest.columns.id).toEqual(["b"]);
    expect((await c.project({ where: { provider: "p" } }, { rank: "number" })).columns.rank).toEqual(
      new Float64Array([2, 3, NaN]),
    );
  });

  test("count stops at ten thousand and says so", async () => {
    const c = await fresh();
    const of = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `i${i}`, state: notice() }));
    await c.insertMany(of(10_000));
    expect(await c.count({ provider: "p" })).toEqual({ count: 10_000, isMore: false });
    await c.insert("one more", notice());
    expect(await c.count({ provider: "p" })).toEqual({ count: 10_000, isMore: true });
    expect(await c.count()).toEqual({ count: 10_000, isMore: true });
  });

  test("no further page is read in the course of a call that is over", async () => {
    const c = await fresh();
    await c.insertMany(Array.from({ length: 4 }, (_, i) => ({ id: `i${i}`, state: notice() })));
    const stop = new AbortController();
    let pages = 0;
    const reading = inCall(stop.signal, async () => {
      for await (const _ of c.pages({}, 1)) if ((pages += 1) === 2) stop.abort(new Error("nobody waits"));
    });
    await expect(reading).rejects.toThrow("nobody waits");
    expect(pages).toBe(2);
  });

  test("pages give each document once, in order, whatever the page size, bounds, sets and ties", async () => {
    const c = await fresh();
    const query = fc.record({
      provider: fc.constantFrom("p", "q", { in: ["p", "q"] }, { in: ["p", "p", "none"] }, undefined),
      from: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      to: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      ordered: fc.boolean(),
      descending: fc.boolean(),
      size: fc.integer({ min: 1, max: 5 }),
    });
    const documents = fc.array(fc.tuple(fc.constantFrom("p", "q"), fc.integer({ min: 0, max: 3 })), { maxLength: 15 });
    const check = async (rows: [string, number][], q: typeof query extends fc.Arbitrary<infer T> ? T : never) => {
      await c.remove(...ids(await c.find({ limit: 100 })));
      await c.insertMany(
        rows.map(([provider, ms], i) => ({ id: `i${i}`, state: notice({ provider, issued: new Date(ms) }) })),
      );
      const issued = {
        ...(q.from !== undefined && { gte: new Date(q.from) }),
        ...(q.to !== undefined && { lt: new Date(q.to) }),
      };
      const where = { ...(q.provider !== undefined && { provider: q.provider }), ...(q.ordered && { issued }) };
      const order = q.ordered ? { orderBy: "issued" as const } : {};
      const seen: string[] = [];
      for await (const page of c.pages({ where, ...order, descending: q.descending }, q.size)) {
        expect(page.length).toBeLessThanOrEqual(q.size);
        seen.push(...ids(page));
      }
      const providers = typeof q.provider === "object" ? q.provider.in : [q.provider ?? "p", q.provider ?? "q"];
      const matching = rows
        .map(([provider, ms], i) => ({ provider, ms, id: `i${i}` }))
        .filter(({ provider }) => providers.includes(provider))
        .filter(({ ms }) => !q.ordered || (ms >= (q.from ?? 0) && ms < (q.to ?? 9)));
      const sorted = matching.toSorted((a, b) => (q.ordered ? a.ms - b.ms : 0) || (a.id < b.id ? -1 : 1));
      expect(seen).toEqual((q.descending ? sorted.toReversed() : sorted).map(({ id }) => id));
    };
    await fc.assert(fc.asyncProperty(documents, query, check), { numRuns: runs(40) });
  });

  test("change waits for a decide that is asynchronous, and nothing is lost when twenty write to one document", async () => {
    const c = await fresh();
    const add = () =>
      change(c, "counter", async (state) => {
        await c.load("another");
        return { state: notice({ rank: (state?.rank ?? 0) + 1 }) };
      });
    await Promise.all(Array.from({ length: 20 }, add));
    expect((await c.load("counter"))?.state.rank).toBe(20);
  });
});

function event(id: string) {
  const time = new Date(1_700_000_000_123);
  return { id, subject: "x.thing.changed", aggregateId: "a", time, data: new Uint8Array([1]), headers: {} };
}

test("sqlite: who asks again and again what is due wakes the store's thread twice, and then not until something is", async () => {
  await using store = await openStore(`file:${join(dir, randomUUID())}`);
  const notices = await store.collection({ ...spec, name: "due" });
  const later = await notices.insert("later", notice({ issued: new Date(60_000) }));
  using woken = vi.spyOn(Worker.prototype, "postMessage");
  const due = async (second: number) =>
    ids(await notices.find({ where: { issued: { lte: new Date(second * 1000) } }, orderBy: "issued", limit: 20 }));
  for (let second = 0; second < 60; second++) {
    expect(await due(second)).toEqual([]);
    expect(await notices.find({ where: { provider: "q" }, limit: 20 })).toEqual([]);
    expect(await notices.outbox.pending(20)).toEqual([]);
  }
  expect(woken).toHaveBeenCalledTimes(4);
  expect(await due(60)).toEqual(["later"]);
  await notices.insert("sooner", notice({ issued: new Date(10_000), provider: "q" }));
  expect(await due(10)).toEqual(["sooner"]);
  expect(ids(await notices.find({ where: { provider: "q" }, limit: 20 }))).toEqual(["sooner"]);
  await notices.remove("sooner");
  expect(await due(59)).toEqual([]);
  expect(await due(60)).toEqual(["later"]);
  if (later !== undefined) await notices.save(later, notice({ issued: new Date(20_000) }));
  expect(await due(20)).toEqual(["later"]);
});

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { change, openStore, removeOlder, type Collection, type OutboxEvent, type Store } from "../src/index.ts";
import { adapters, dir } from "./adapters.ts";

interface Thing {
  name: string;
  rank?: number;
  dueAt?: Date;
  done?: boolean;
  bytes?: Uint8Array;
  big?: bigint;
  nested?: { list: (Date | string)[]; nothing?: undefined };
}
type Field = "name" | "rank" | "dueAt" | "done";
const spec = {
  name: "things",
  fields: {
    name: (t: Thing) => t.name,
    rank: (t: Thing) => t.rank,
    dueAt: (t: Thing) => t.dueAt,
    done: (t: Thing) => t.done,
  },
};

const event = (id: string, aggregateId = "a"): OutboxEvent => ({
  id,
  subject: "x.thing.changed",
  aggregateId,
  time: new Date(1_700_000_000_123),
  data: new Uint8Array([1, 2, 3]),
  headers: { traceparent: "00-1" },
});

describe.each(adapters)("$name", ({ reason, start }) => {
  if (reason !== undefined) {
    test.skip(`the store's contract: ${reason}`, () => undefined);
    return;
  }
  let server: Awaited<ReturnType<(typeof adapters)[number]["start"]>>;
  let url: string;
  let store: Store;
  let things: Collection<Thing, Field>;
  beforeAll(async () => {
    server = await start();
    url = server.url();
    store = await openStore(url);
    things = await store.collection<Thing, Field>(spec);
  });
  afterAll(async () => {
    await store[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  const fresh = async () => await store.collection<Thing, Field>({ ...spec, name: `c${randomUUID().slice(0, 8)}` });

  test("a state reads back as it was written: dates, bytes, big integers, nested lists; undefined is dropped", async () => {
    const state: Thing = {
      name: "n",
      dueAt: new Date(1_700_000_000_123),
      bytes: new Uint8Array([0, 255, 7]),
      big: 2n ** 53n + 1n,
      nested: { list: ["x", new Date(5)], nothing: undefined },
    };
    await things.insert("typed", state);
    const { nested, bytes, ...rest } = (await things.load("typed"))?.state ?? { name: "" };
    expect(rest).toEqual({ name: "n", dueAt: state.dueAt, big: state.big });
    expect(new Uint8Array(bytes ?? [])).toEqual(state.bytes);
    expect(nested).toStrictEqual({ list: ["x", new Date(5)] });
  });

  test("it says of which kind it is and how large; a disk that it knows of has room", async () => {
    await things.insert("sized", { name: "n" });
    const { kind, bytes, freeBytes } = await store.size();
    expect(url).toMatch({ sqlite: /^file:/, mongo: /^mongodb/ }[kind]);
    expect(bytes).toBeGreaterThan(0);
    expect(freeBytes ?? 1).toBeGreaterThan(0);
  });

  test("an id is inserted once; a repeat resolves to undefined and changes nothing", async () => {
    expect(await things.insert("once", { name: "first" })).toMatchObject({ version: 1 });
    expect(await things.insert("once", { name: "second" }, event("e-second"))).toBeUndefined();
    expect((await things.load("once"))?.state.name).toBe("first");
    expect(await things.outbox.read("once")).toEqual([]);
    expect(await things.load("nobody")).toBeUndefined();
  });

  test("a save is guarded by the version that was loaded", async () => {
    const first = await things.insert("guarded", { name: "1" });
    if (first === undefined) throw new Error("not inserted");
    const second = await things.save(first, { name: "2" });
    expect(second).toMatchObject({ version: 2, state: { name: "2" } });
    expect(await things.save(first, { name: "lost" }, event("e-lost"))).toBeUndefined();
    expect(await things.load("guarded")).toMatchObject({ version: 2, state: { name: "2" } });
    expect(await things.outbox.read("guarded")).toEqual([]);
  });

  test("events are appended in order with the version after the write, removed by id, and the version stays", async () => {
    const told: string[] = [];
    const c = await fresh();
    c.outbox.onAppend((id) => told.push(id));
    const one = await c.insert("a", { name: "1" }, event("e1"));
    const two = one && (await c.save(one, { name: "2" }, event("e2")));
    const three = two && (await c.save(two, { name: "3" }));
    if (three) await c.save(three, { name: "4" }, event("e4"));
    expect(told).toEqual(["a", "a", "a"]);
    const stored = await c.outbox.read("a");
    expect(stored.map((e) => [e.id, e.version])).toEqual([
      ["e1", 1],
      ["e2", 2],
      ["e4", 4],
    ]);
    expect(stored[0]).toMatchObject({
      subject: "x.thing.changed",
      aggregateId: "a",
      time: event("").time,
      headers: event("").headers,
    });
    expect(new Uint8Array(stored[0]?.data ?? [])).toEqual(new Uint8Array([1, 2, 3]));
    expect(await c.outbox.pending(10)).toEqual(["a"]);
    await c.outbox.removeEvents("a", ["e1", "e2"]);
    expect((await c.outbox.read("a")).map((e) => e.id)).toEqual(["e4"]);
    await c.outbox.removeEvents("a", ["e4"]);
    expect(await c.outbox.pending(10)).toEqual([]);
    expect((await c.load("a"))?.version).toBe(4);
  });

  test("bytes of a loaded state that are changed in place are nobody else's", async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    await things.insert("bytes", { name: "n", bytes });
    (await things.load("bytes"))?.state.bytes?.fill(0);
    expect([...((await things.load("bytes"))?.state.bytes ?? [])]).toEqual([1, 2, 3]);
  });

  test("what waited in the outbox of a removed document is gone with it", async () => {
    const c = await fresh();
    await c.insert("a", { name: "1" }, event("e1"));
    await c.remove("a");
    expect([await c.outbox.read("a"), await c.outbox.pending(10)]).toEqual([[], []]);
    await c.insert("a", { name: "2" });
    expect(await c.outbox.read("a")).toEqual([]);
  });

  test("refill appends each document's last event under a fresh id, unless its outbox still holds events", async () => {
    const c = await fresh();
    await c.insert("silent", { name: "no event" });
    await c.insert("sent", { name: "1" }, event("s1", "sent"));
    await c.outbox.removeEvents("sent", ["s1"]);
    await c.insert("waiting", { name: "1" }, event("w1", "waiting"));
    let n = 0;
    const refill = (after: string, limit: number) => c.outbox.refill(after, limit, () => `fresh-${++n}`);
    expect(await refill("", 10)).toEqual({ filled: 1 });
    expect(await c.outbox.read("sent")).toMatchObject([{ id: "fresh-1", version: 1, aggregateId: "sent" }]);
    expect((await c.outbox.read("waiting")).map((e) => e.id)).toEqual(["w1"]);
    await c.outbox.removeEvents("sent", ["fresh-1"]);
    expect(await refill("", 10)).toEqual({ filled: 1 });
  });

  test("refill goes on where its last slice ended, and says when there is no more", async () => {
    const c = await fresh();
    const ids = ["a", "b", "c", "d", "e"];
    for (const id of ids) {
      await c.insert(id, { name: "1" }, event(`${id}1`, id));
      await c.outbox.removeEvents(id, [`${id}1`]);
    }
    const slices: (string | undefined)[] = [];
    let n = 0;
    for (let next: string | undefined = ""; next !== undefined;) {
      const slice: { filled: number; next?: string } = await c.outbox.refill(next, 2, () => `fresh-${++n}`);
      slices.push(slice.next);
      next = slice.next;
    }
    expect([slices, n]).toEqual([["b", "d", undefined], 5]);
    expect((await c.outbox.pending(10)).toSorted()).toEqual(ids);
  });

  test("insertMany leaves documents that exist as they are and counts the new ones", async () => {
    const c = await fresh();
    await c.insert("b", { name: "old" });
    expect(await c.insertMany(["a", "b", "c"].map((id) => ({ id, state: { name: "new" } })))).toBe(2);
    expect((await c.load("b"))?.state.name).toBe("old");
    expect(await c.insertMany([])).toBe(0);
    expect(await c.count()).toEqual({ count: 3, isMore: false });
    await c.remove("a", "nobody", "b");
    expect((await c.find({ limit: 9 })).map((d) => d.id)).toEqual(["c"]);
  });

  test("find asks declared fields by equality, set and range, in order, and pages through ties without loss", async () => {
    const c = await fresh();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (ranks, limit) => {
          for (const { id } of await c.find({ limit: 1000 })) await c.remove(id);
          await c.insertMany(ranks.map((rank, i) => ({ id: `i${i}`, state: { name: "n", rank } })));
          for (const descending of [false, true]) {
            const seen: [number, string][] = [];
            for (let after; ;) {
              const page = await c.find({
                where: { rank: { gte: 1 } },
                orderBy: "rank",
                descending,
                limit,
                ...(after && { after }),
              });
              seen.push(...page.map((d): [number, string] => [d.state.rank ?? -1, d.id]));
              const last = page.at(-1);
              if (last === undefined || page.length < limit) break;
              after = { value: last.state.rank ?? -1, id: last.id };
            }
            const expected = ranks.map((rank, i): [number, string] => [rank, `i${i}`]).filter(([rank]) => rank >= 1);
            const order = expected.toSorted(([a, x], [b, y]) => a - b || (x < y ? -1 : 1));
            expect(seen).toEqual(descending ? order.toReversed() : order);
          }
        },
      ),
      { numRuns: runs(15) },
    );
  });

  test("conditions on text, dates and booleans; undefined matches nothing", async () => {
    const c = await fresh();
    await c.insertMany([
      { id: "1", state: { name: "x", dueAt: new Date(1000), done: true } },
      { id: "2", state: { name: "y", dueAt: new Date(2000), done: false } },
      { id: "3", state: { name: "z" } },
    ]);
    const ids = async (where: Parameters<typeof c.count>[0], order: { orderBy?: Field } = {}) =>
      (await c.find({ where: where ?? {}, ...order, limit: 9 })).map((d) => d.id);
    expect(await ids({ name: { in: ["x", "z"] } })).toEqual(["1", "3"]);
    expect(await ids({ dueAt: { lte: new Date(1000) } }, { orderBy: "dueAt" })).toEqual(["1"]);
    expect(await ids({ dueAt: { gt: new Date(0), lt: new Date(3000) } }, { orderBy: "dueAt" })).toEqual(["1", "2"]);
    expect(await ids({ done: false })).toEqual(["2"]);
    expect((await c.count({ done: true })).count).toBe(1);
    expect(await ids({ name: { in: [] } })).toEqual([]);
    expect(await c.count({ name: { in: ["x", "z", "none"] } })).toEqual({ count: 2, isMore: false });
    expect((await c.find({ orderBy: "dueAt", limit: 9 })).map((d) => d.id)).toEqual(["1", "2"]);
  });

  test("change decides again with the newer state when another wrote meanwhile: nothing is lost", async () => {
    const c = await fresh();
    const add = () => change(c, "counter", (state) => ({ state: { name: "n", rank: (state?.rank ?? 0) + 1 } }));
    await Promise.all(Array.from({ length: 8 }, add));
    expect((await c.load("counter"))?.state.rank).toBe(8);
    expect(await change(c, "none", () => undefined)).toBeUndefined();
  });

  test("what is older by a field is removed; what is as old, younger, or has none stays", async () => {
    const c = await fresh();
    const at = (id: string, ms: number) => ({ id, state: { name: id, dueAt: new Date(ms) } });
    await c.insertMany([
      at("old", 999),
      at("as old", 1000),
      at("young", 1001),
      { id: "none", state: { name: "none" } },
    ]);
    for (let times = 0; times < 2; times++) await removeOlder(c, "dueAt", new Date(1000));
    expect((await c.find({ limit: 9 })).map(({ id }) => id)).toEqual(["as old", "none", "young"]);
  });

  test("what was written is there after the store was closed and opened again", async () => {
    const other = server.url();
    const before = await openStore(other);
    await (await before.collection<Thing, Field>(spec)).insert("kept", { name: "k" }, event("k1"));
    await before[Symbol.asyncDispose]();
    await using after = await openStore(other);
    const widened = await after.collection<Thing, "length">({
      name: "things",
      fields: { length: (t) => t.name.length },
    });
    expect(await widened.outbox.read("kept")).toMatchObject([{ id: "k1", version: 1 }]);
    expect(await widened.load("kept")).toMatchObject({ version: 1, state: { name: "k" } });
  });

  test("a field that is declared later is filled in from what is there", async () => {
    const other = server.url();
    const before = await openStore(other);
    const plain = await before.collection<Thing>({ name: "things", fields: {} });
    await plain.insert("a", { name: "abc" }, event("a1"));
    await before[Symbol.asyncDispose]();
    await using after = await openStore(other);
    const spec = { name: "things", fields: { length: (t: Thing) => t.name.length } };
    const widened = await after.collection<Thing, "length">(spec);
    expect((await widened.count({ length: 3 })).count).toBe(1);
    expect(await widened.load("a")).toMatchObject({ version: 1 });
    expect((await widened.outbox.read("a")).map((e) => e.id)).toEqual(["a1"]);
  });

  test("fifty events may wait in a document; one more is refused as retryable, and what waits stays", async () => {
    const c = await fresh();
    let document = await c.insert("busy", { name: "0" }, event("b0"));
    for (let i = 1; i < 50; i++) document = document && (await c.save(document, { name: String(i) }, event(`b${i}`)));
    if (document === undefined) throw new Error("not saved");
    const refused = c.save(document, { name: "x" }, event("x"));
    await expect(refused).rejects.toMatchObject({ reason: "STREAM_FULL", handling: "retry" });
    expect((await c.outbox.read("busy")).length).toBe(50);
    expect(await c.save(document, { name: "without event" })).toMatchObject({ version: 51 });
    await c.outbox.removeEvents("busy", ["b0"]);
    const now = await c.load("busy");
    expect(now && (await c.save(now, { name: "again" }, event("y")))).toMatchObject({ version: 52 });
  });
});

test("a second process's store on the same SQLite file is refused", async () => {
  const url = `file:${join(dir, "locked")}`;
  await using first = await openStore(url);
  await first.ping();
  await expect(openStore(url)).rejects.toMatchObject({ reason: "STORE_LOCKED" });
});

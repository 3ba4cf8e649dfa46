import { describe, afterAll, beforeAll, expect, test } from "vitest";
import { many, openStore, type Collection, type CollectionSpec } from "../src/index.ts";
import { adapters } from "./adapters.ts";

interface Job {
  dueAt: Date;
  tags: string[];
}
const DOCUMENTS = 1500;
const before: CollectionSpec<Job, never> = { name: "jobs", fields: {} };
const after: CollectionSpec<Job, "dueAt" | "tag", "tags"> = {
  name: "jobs",
  fields: { dueAt: (job) => job.dueAt, tag: many((job) => job.tags) },
  columns: { tags: (job) => job.tags.length },
};
const job = (n: number): Job => ({ dueAt: new Date(n), tags: [`t${n % 3}`, "all"] });
const idOf = (n: number) => `j${String(n).padStart(5, "0")}`;

describe.each(adapters)("$name", ({ reason, start }) => {
  if (reason !== undefined) {
    test.skip(`filling: ${reason}`, () => undefined);
    return;
  }
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  async function filledBefore(): Promise<string> {
    const url = server.url();
    await using store = await openStore(url);
    const jobs = await store.collection(before);
    const documents = Array.from({ length: DOCUMENTS }, (_, n) => ({ id: idOf(n), state: job(n) }));
    await jobs.insertMany(documents);
    return url;
  }

  test("a query on a field that comes later waits until it is there: no timer is missing, and others go on", async () => {
    await using store = await openStore(await filledBefore());
    const jobs = await store.collection(after);
    expect(store.filling).toEqual(["jobs"]);
    const due = jobs.find({ where: { dueAt: { lte: new Date(4) } }, orderBy: "dueAt", limit: 9 });
    const tagged = jobs.count({ tag: "all" });
    expect((await jobs.load(idOf(7)))?.state.dueAt).toEqual(new Date(7));
    expect((await jobs.find({ limit: 1 })).length).toBe(1);
    expect(store.filling).toEqual(["jobs"]);
    expect((await due).map(({ id }) => id)).toEqual([0, 1, 2, 3, 4].map(idOf));
    expect(await tagged).toEqual({ count: DOCUMENTS, isMore: false });
    expect((await jobs.project({ where: { tag: "t1" } }, { tags: "number" })).columns.tags[0]).toBe(2);
    await store.filled();
    expect(store.filling).toEqual([]);
  });

  test("what is written while it fills has its fields from its writer, a raised version takes none away", async () => {
    await using store = await openStore(await filledBefore());
    const jobs = await store.collection(after);
    const last = await jobs.load(idOf(DOCUMENTS - 1));
    if (last) await jobs.save(last, { dueAt: new Date(-1), tags: [] });
    await jobs.touch({});
    await jobs.remove(idOf(DOCUMENTS - 2));
    await store.filled();
    const [first] = await jobs.find({ where: { dueAt: { lt: new Date(0) } }, orderBy: "dueAt", limit: 9 });
    expect(first).toMatchObject({ id: idOf(DOCUMENTS - 1), version: 3 });
    expect(await jobs.count({ dueAt: { gte: new Date(-1) } })).toEqual({ count: DOCUMENTS - 1, isMore: false });
    expect(await jobs.count({ tag: "all" })).toEqual({ count: DOCUMENTS - 2, isMore: false });
  });

  test("cut off, it goes on where it was, and ends the same", async () => {
    const url = await filledBefore();
    for (let attempt = 0; ; attempt++) {
      const store = await openStore(url);
      const jobs = await store.collection(after);
      const done = store.filling.length === 0;
      // A few pages each time; the last one is not there before several attempts.
      for (let turn = 0; turn < 4; turn++) await jobs.count();
      await store[Symbol.asyncDispose]();
      if (done) break;
      expect(attempt).toBeLessThan(200);
    }
    await using store = await openStore(url);
    const jobs = await store.collection(after);
    expect(store.filling).toEqual([]);
    expect(await jobs.count({ tag: "all" })).toEqual({ count: DOCUMENTS, isMore: false });
    expect((await jobs.find({ orderBy: "dueAt", limit: 3 })).map(({ id }) => id)).toEqual([0, 1, 2].map(idOf));
  });

  test("what an earlier release wrote in between, after the field was there, is filled in", async () => {
    const url = await filledBefore();
    async function opened<F extends string>(
      spec: CollectionSpec<Job, F, never>,
      use: (jobs: Collection<Job, F>) => Promise<unknown>,
    ) {
      await using store = await openStore(url);
      const jobs = await store.collection(spec);
      await store.filled();
      await use(jobs);
    }
    const newer: CollectionSpec<Job, "dueAt", never> = { name: "jobs", fields: { dueAt: (one) => one.dueAt } };
    await opened(newer, async () => undefined);
    await opened(before, async (jobs) => {
      await jobs.insert("late", job(-5));
      const moved = await jobs.load(idOf(0));
      if (moved) await jobs.save(moved, job(9000));
    });
    await opened(newer, async (jobs) => {
      const due = await jobs.find({ where: { dueAt: { lte: new Date(1) } }, orderBy: "dueAt", limit: 9 });
      expect(due.map(({ id }) => id)).toEqual(["late", idOf(1)]);
    });
  });

  test("an index that comes later is made, and a query that needs it waits", async () => {
    const url = await filledBefore();
    const narrow = { ...after, indexes: [] };
    const first = await openStore(url);
    await first.collection(narrow);
    await first.filled();
    await first[Symbol.asyncDispose]();
    await using store = await openStore(url);
    const jobs = await store.collection({ ...after, indexes: [{ fields: ["dueAt"], covers: ["tags"] }] });
    const read = await jobs.project({ orderBy: "dueAt", limit: 2 }, { id: "text", tags: "number" });
    expect(read.columns.id).toEqual([idOf(0), idOf(1)]);
    await store.filled();
  });
});

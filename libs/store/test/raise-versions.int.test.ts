import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openStore, type Store } from "../src/index.ts";
import { raiseVersions } from "../src/offline/index.ts";
import { dir } from "./adapters.ts";

const eventOf = (aggregateId: string) => ({
  id: randomUUID(),
  subject: "casework.case.queued",
  aggregateId,
  time: new Date(0),
  data: new Uint8Array([1]),
  headers: {},
});
const casesOf = (store: Store) => store.collection<{ word: string }>({ name: "cases", fields: {} });

test("every version is raised, and what is told again is told of it, also after a write that told nothing", async () => {
  const path = join(dir, randomUUID());
  {
    await using store = await openStore(`file:${path}`);
    const cases = await casesOf(store);
    for (const id of ["still", "written", "told"]) {
      const first = await cases.insert(id, { word: "one" }, eventOf(id));
      if (first !== undefined) await cases.save(first, { word: "two" });
      const [event] = await cases.outbox.read(id);
      await cases.outbox.removeEvents(id, [event?.id ?? ""]);
    }
  }
  raiseVersions(path, 1000);
  raiseVersions(path, 1000);
  await using store = await openStore(`file:${path}`);
  const cases = await casesOf(store);
  const save = async (id: string, ...event: ReturnType<typeof eventOf>[]) => {
    const found = await cases.load(id);
    expect(found?.version).toBe(2002);
    return found && cases.save(found, { word: "three" }, ...event);
  };
  expect((await save("written"))?.version).toBe(2003);
  expect((await save("told", eventOf("told")))?.version).toBe(2003);
  expect((await cases.outbox.read("told"))[0]?.version).toBe(2003);
  await cases.outbox.refill("", 10, randomUUID);
  const told = async (id: string) => (await cases.outbox.read(id)).map(({ version }) => version);
  expect([await told("still"), await told("written"), await told("told")]).toEqual([[2001], [2001], [2003]]);
});

test("what waits to be told is told of the version as it rose, too", async () => {
  const path = join(dir, randomUUID());
  {
    await using store = await openStore(`file:${path}`);
    const cases = await casesOf(store);
    const first = await cases.insert("waiting", { word: "one" }, eventOf("waiting"));
    if (first !== undefined) await cases.save(first, { word: "two" }, eventOf("waiting"));
    await cases.insert("silent", { word: "one" });
  }
  raiseVersions(path, 1000);
  await using store = await openStore(`file:${path}`);
  const cases = await casesOf(store);
  expect(await cases.outbox.pending(10)).toEqual(["waiting"]);
  expect((await cases.outbox.read("waiting")).map(({ version }) => version)).toEqual([1001, 1002]);
});

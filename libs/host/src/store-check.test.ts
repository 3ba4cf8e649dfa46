import { createLog, Health, Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { storeCheck } from "./store-check.ts";

test("a store that fills in what was declared later degrades health by name, until it is there", async () => {
  const health = new Health(createLog("test", "silent"));
  const store = { filling: ["cases"], isFull: false, damagedJournalBytes: 0, ping: async () => undefined };
  const check = storeCheck(store, health);
  await check.run();
  expect([...health.degraded]).toEqual(["store:FILLING"]);
  store.filling = [];
  await check.run();
  expect([...health.degraded]).toEqual([]);
});

test("a store without room degrades health by name, while that lasts", async () => {
  const health = new Health(createLog("test", "silent"));
  const store = { filling: [], isFull: true, damagedJournalBytes: 0, ping: async () => undefined };
  const check = storeCheck(store, health);
  await check.run();
  expect([...health.degraded]).toEqual(["store:STORE_FULL"]);
  store.isFull = false;
  await check.run();
  expect([...health.degraded]).toEqual([]);
});

test("a store whose journal was damaged degrades health by name", async () => {
  const health = new Health(createLog("test", "silent"));
  const store = { filling: [], isFull: false, damagedJournalBytes: 7, ping: async () => undefined };
  await storeCheck(store, health).run();
  expect([...health.degraded]).toEqual(["store:JOURNAL_DAMAGED"]);
});

test("a store that does not answer fails the check", async () => {
  const health = new Health(createLog("test", "silent"));
  const ping = () => Promise.reject(new Problem("STORE_UNAVAILABLE"));
  await expect(
    storeCheck({ filling: [], isFull: false, damagedJournalBytes: 0, ping }, health).run(),
  ).rejects.toMatchObject({
    reason: "STORE_UNAVAILABLE",
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@ntd/store";
import { expect, test } from "vitest";
import { outboxStatus } from "../src/outbox-status.ts";

const now = new Date("2030-01-01T00:10:00Z");

test("what waits is counted up to a thousand of a collection, and the oldest event says how long", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-outbox-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const store = stack.use(await openStore(`file:${join(dir, "store.sqlite")}`));
  const [cases, holds] = [
    await store.collection({ name: "cases", fields: {} }),
    await store.collection({ name: "holds", fields: {} }),
  ];
  expect(await outboxStatus(store, now)).toEqual({ documentCount: 0n, isMore: false, oldestAge: undefined });
  const event = (id: string, minute: number) => ({
    id: `event-${id}`,
    subject: "casework.case.opened",
    aggregateId: id,
    time: new Date(Date.UTC(2030, 0, 1, 0, minute)),
    data: new Uint8Array(),
    headers: {},
  });
  await cases.insert("a", {}, event("a", 7));
  await holds.insert("b", {}, event("b", 5));
  expect(await outboxStatus(store, now)).toEqual({
    documentCount: 2n,
    isMore: false,
    oldestAge: { seconds: 300n, nanos: 0 },
  });
  await Promise.all(Array.from({ length: 1000 }, (_, i) => cases.insert(`m${i}`, {}, event(`m${i}`, 9))));
  expect(await outboxStatus(store, now)).toMatchObject({ documentCount: 1001n, isMore: true });
});

import type { OutboxStatus } from "@ntd/proto/operations/v1/status_service";
import { durationOf } from "@ntd/service";
import type { Collection, Store } from "@ntd/store";

/** So many documents with events that have not left are counted, of each collection. */
const COUNTED = 1000;
/** So many of them, of each collection, are opened to see how old their events are. */
const OPENED = 20;

/** What has not left yet. What it costs does not grow with what waits. */
export async function outboxStatus({ collections }: Pick<Store, "collections">, now: Date): Promise<OutboxStatus> {
  const waiting = await Promise.all(collections.map(waitingIn));
  const times = waiting.flatMap((one) => one.times);
  return {
    documentCount: BigInt(waiting.reduce((sum, { count }) => sum + count, 0)),
    isMore: waiting.some(({ isMore }) => isMore),
    oldestAge: times.length === 0 ? undefined : durationOf(Math.max(0, now.getTime() - Math.min(...times))),
  };
}

async function waitingIn({ outbox }: Collection<unknown, string>) {
  const ids = await outbox.pending(COUNTED + 1);
  const opened = await Promise.all(ids.slice(0, OPENED).map((id) => outbox.read(id)));
  return {
    count: Math.min(ids.length, COUNTED),
    isMore: ids.length > COUNTED,
    // It may have left meanwhile.
    times: opened.flatMap(([oldest]) => (oldest === undefined ? [] : [oldest.time.getTime()])),
  };
}

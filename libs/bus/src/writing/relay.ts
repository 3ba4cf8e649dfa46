import { JetStreamApiError } from "@nats-io/jetstream";
import { failpoint, Problem, startLoop, type Health, type Loop } from "@ntd/service";
import type { Collection, Store, StoredEvent } from "@ntd/store";
import { randomUUID } from "node:crypto";
import type { Bus } from "../connection.ts";
import { toHeaders } from "./envelope.ts";

export interface Relay extends AsyncDisposable {
  /** Sends every aggregate's current state again under fresh ids, same versions. Number of aggregates. */
  republish(): Promise<number>;
}

const AT_A_TIME = 16;
const SWEEP = 1000;
const FULL = new Set([10_077, 10_122, 10_047]);

/**
 * Carries events from the outboxes of a store to the bus: from the head, one acknowledged publish after the other for
 * each document, with the event id as `Nats-Msg-Id`; what is acknowledged is removed. A write starts it at once, a
 * sweep every `sweepMs` finds what a crash left behind. A full or silent bus holds the events and degrades `health`.
 */
export function startRelay(bus: Bus, store: Store, health: Health, sweepMs = 1000): Relay {
  const waiting = new Map<string, () => Promise<void>>();
  for (const collection of store.collections) {
    collection.outbox.onAppend((id) => enqueue(collection, id));
  }
  function enqueue(collection: Collection<unknown, string>, id: string): void {
    waiting.set(`${collection.name}/${id}`, () => sendAll(bus, collection, id));
    loop.kick();
  }
  // True when more waits than one sweep takes.
  let more = false;
  async function sweep(): Promise<void> {
    more = false;
    for (const collection of store.collections) {
      const ids = await collection.outbox.pending(SWEEP);
      more ||= ids.length === SWEEP;
      for (const id of ids) {
        waiting.set(`${collection.name}/${id}`, () => sendAll(bus, collection, id));
      }
    }
  }
  async function drain(): Promise<void> {
    while (waiting.size > 0) {
      const batch = [...waiting].slice(0, AT_A_TIME);
      for (const [key] of batch) waiting.delete(key);
      const results = await Promise.allSettled(batch.map(([, send]) => send()));
      report(results.find((r) => r.status === "rejected")?.reason);
    }
  }
  function report(failure: unknown): void {
    const cause = failure === undefined ? undefined : sendProblem(failure).reason;
    for (const known of ["STREAM_FULL", "BUS_UNAVAILABLE", "INTERNAL"] as const) {
      health.degrade(`outbox:${known}`, known === cause);
    }
    if (failure !== undefined) throw sendProblem(failure);
  }
  let swept = 0;
  const loop: Loop = startLoop("outbox relay", sweepMs, bus.log, async () => {
    if (waiting.size === 0 || performance.now() - swept > sweepMs) {
      await sweep();
      swept = performance.now();
    }
    await drain();
    if (more) loop.kick();
  });
  return {
    async republish() {
      let count = 0;
      for (const collection of store.collections) count += await collection.outbox.refill(randomUUID);
      loop.kick();
      return count;
    },
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await Promise.allSettled([sweep().then(drain)]);
    },
  };
}

async function sendAll(bus: Bus, collection: Collection<unknown, string>, id: string): Promise<void> {
  for (const event of await collection.outbox.read(id)) {
    await send(bus, event);
    failpoint(`bus.published.${collection.name}`);
    await collection.outbox.removeEvents(id, [event.id]);
  }
}

async function send(bus: Bus, event: StoredEvent): Promise<void> {
  await bus.jetstream.publish(event.subject, event.data, { msgID: event.id, headers: toHeaders(event) });
}

function sendProblem(cause: unknown): Problem {
  if (cause instanceof Problem) return cause;
  const full = cause instanceof JetStreamApiError && FULL.has(cause.code);
  return new Problem(full ? "STREAM_FULL" : "BUS_UNAVAILABLE", undefined, { cause });
}

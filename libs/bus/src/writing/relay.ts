import { setImmediate } from "node:timers/promises";
import { startLoop, type Health } from "@ntd/service";
import type { Collection, Store } from "@ntd/store";
import type { Bus } from "../connection.ts";
import { refillSlice, type Slice } from "./republish.ts";
import { sendAll, sendProblem, type SendReason } from "./send.ts";

export interface Relay extends AsyncDisposable {
  /** Sends every aggregate's current state again under fresh ids, same versions. Number of aggregates. */
  republish(): Promise<number>;
}

/** Documents whose events are on their way at a time. */
const IN_FLIGHT = 64;
const SWEEP = 1000;
/** Documents that wait in memory; the sweep finds the others. */
const MAX_WAITING = 10_000;
const held = ["STREAM_FULL", "BUS_UNAVAILABLE", "INTERNAL"] as const satisfies SendReason[];

/**
 * Carries events from the outboxes of a store to the bus: from the head, one acknowledged publish after the other for
 * each document, with the event id as `Nats-Msg-Id`; what is acknowledged is removed. A write starts it at once, a
 * sweep every `sweepMs` finds what a crash left behind. A full or silent bus holds the events and degrades `health`,
 * which is logged once; an event that no server would take is left where it is, with one line of its own.
 */
export function startRelay(bus: Bus, store: Store, health: Health, sweepMs = 1000): Relay {
  const waiting = new Map<string, Send>();
  const sending = new Map<string, Promise<void>>();
  const refused = new Set<string>();
  let paused = false;
  // More waits than memory or one sweep takes.
  let more = false;

  function enqueue(collection: Collection<unknown, string>, id: string): void {
    const key = `${collection.name}/${id}`;
    if (refused.has(key)) return;
    if (waiting.size < MAX_WAITING) waiting.set(key, { collection, id });
    else more = true;
  }
  function pump(): void {
    for (const [key, send] of waiting) {
      if (paused || sending.size >= IN_FLIGHT) return;
      // The one who has it in hand may have read its outbox before the newest event was there.
      if (sending.has(key)) continue;
      waiting.delete(key);
      const ended = sendAll(bus, send.collection, send.id).then(sent, (error: unknown) => failed(key, send, error));
      sending.set(
        key,
        ended.finally(() => {
          sending.delete(key);
          pump();
        }),
      );
    }
  }
  function sent(): void {
    for (const reason of held) health.degrade(`outbox:${reason}`, false);
  }
  function failed(key: string, { collection, id }: Send, error: unknown): void {
    const problem = sendProblem(error);
    const cause = `outbox:${problem.reason}`;
    if (problem.reason === "TOO_LARGE") {
      refused.add(key);
      bus.log.error(
        { error: problem, collection: collection.name, id },
        "an event cannot leave; its document holds it",
      );
    } else {
      paused = true;
      if (problem.reason === "INTERNAL" && !health.degraded.has(cause)) bus.log.error({ error }, "the outbox is held");
    }
    health.degrade(cause);
  }
  async function sweep(): Promise<void> {
    more = false;
    for (const collection of store.collections) {
      const ids = await collection.outbox.pending(SWEEP);
      more ||= ids.length === SWEEP;
      for (const id of ids) if (!sending.has(`${collection.name}/${id}`)) enqueue(collection, id);
    }
  }
  async function sendWaiting(): Promise<void> {
    paused = false;
    do {
      await sweep();
      pump();
      while (sending.size > 0) await Promise.race(sending.values());
    } while (more && !paused);
  }
  for (const collection of store.collections) {
    collection.outbox.onAppend((id) => {
      enqueue(collection, id);
      pump();
    });
  }
  const loop = startLoop("outbox relay", sweepMs, bus.log, sendWaiting);
  return {
    async republish() {
      let count = 0;
      for (let slice: Slice = await refillSlice(store, undefined, SWEEP); ;) {
        count += slice.filled;
        loop.kick();
        if (slice.next === undefined) return count;
        // Whoever else waits has a turn between two slices.
        await setImmediate();
        slice = await refillSlice(store, slice.next, SWEEP);
      }
    },
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await Promise.allSettled([sendWaiting()]);
    },
  };
}

interface Send {
  collection: Collection<unknown, string>;
  id: string;
}

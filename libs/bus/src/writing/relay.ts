import { setImmediate } from "node:timers/promises";
import { startLoop, type Health } from "@ntd/service";
import type { Store } from "@ntd/store";
import type { Bus } from "../connection.ts";
import { Outgoing } from "./outgoing.ts";
import { refillSlice, type Slice } from "./republish.ts";

export interface Relay extends AsyncDisposable {
  /** Sends every aggregate's current state again under fresh ids, same versions. Number of aggregates. */
  republish(): Promise<number>;
}

const SWEEP = 1000;

/**
 * Carries events from the outboxes of a store to the bus: from the head, one acknowledged publish after the other for
 * each document, with the event id as `Nats-Msg-Id`; what is acknowledged is removed. A write starts it at once, a
 * sweep every `sweepMs` finds what a crash left behind. A full or silent bus holds the events and degrades `health`,
 * which is logged once; an event that no server would take is left where it is, with one line of its own.
 */
export function startRelay(bus: Bus, store: Store, health: Health, sweepMs = 1000): Relay {
  const outgoing = new Outgoing(bus, health);
  for (const collection of store.collections) {
    collection.outbox.onAppend((id) => void outgoing.add(collection, id));
  }
  /** @returns whether more waits than one sweep takes. */
  async function sweep(): Promise<boolean> {
    // Asked for together: the store's thread is woken once.
    const more = store.collections.map(async (collection) => {
      const ids = await collection.outbox.pending(SWEEP);
      const left = ids.filter((id) => !outgoing.isOnItsWay(collection, id) && outgoing.add(collection, id));
      return ids.length === SWEEP && left.length > 0;
    });
    return (await Promise.all(more)).includes(true);
  }
  async function sendWaiting(): Promise<void> {
    for (let more = true; more && !outgoing.isHeld;) {
      outgoing.resume();
      more = await sweep();
      more = (await outgoing.settled()) || more;
    }
  }
  const loop = startLoop("outbox relay", sweepMs, bus.log, async () => {
    outgoing.resume();
    await sendWaiting();
  });
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
      outgoing.resume();
      await Promise.allSettled([sendWaiting()]);
    },
  };
}

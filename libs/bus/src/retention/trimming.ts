import { setTimeout as delay } from "node:timers/promises";
import { gauge, isLeased, startLoop, type Clock, type Health } from "@ntd/service";
import { change, type Collection, type Store } from "@ntd/store";
import { DEAD, REDRIVE, streamOf } from "../catalog/catalog.ts";
import type { Bus } from "../connection.ts";
import type { Producer } from "../catalog/noun.ts";
import { refillSlice } from "../writing/republish.ts";
import { storedFrom } from "../reading/stored.ts";
import { ALARM, fillOf, MAKE_ROOM } from "./fill.ts";
import { floorOf, heldBy, type Held } from "./floor.ts";
import { noticed, type Memory } from "./memory.ts";
import { trimmable, type MessageAt } from "./trimmable.ts";

export interface TrimOptions {
  clock: Clock;
  /** Events that are older go, once every reader of the catalogue has acknowledged them. */
  keepMs: number;
  /** Between two looks; default a minute. */
  everyMs?: number;
  /** Aggregates that are sent again in a second when a reader is new to a trimmed stream. Default 200. */
  refillPerSecond?: number;
}

const DAY_MS = 86_400_000;
export const KEEP_MS = 30 * DAY_MS;
const MINUTE_MS = 60_000;
/** Events that were stored later than they happened are looked at one by one: so many a round. */
const ONE_BY_ONE = 10_000;
const LEASE_MS = 30_000;

/**
 * Keeps the owner's stream bounded: what every reader of the catalogue has acknowledged and is older than `keepMs` goes.
 * A reader that is missing holds the stream; one that is made after something went has everything sent again. Says in
 * `health` and in `ntd_stream_fill_ratio{stream}` when a stream that this service needs is filling.
 */
export async function startTrimming(
  bus: Bus,
  store: Store,
  health: Health,
  owner: Producer,
  { clock, keepMs, everyMs = MINUTE_MS, refillPerSecond = 200 }: TrimOptions,
): Promise<AsyncDisposable> {
  const memories: Collection<Memory> = await store.collection({ name: "stream_readers", fields: {} });
  const stack = new AsyncDisposableStack();
  const fills = new Map<string, number>();
  stack.use(
    gauge("ntd_stream_fill_ratio", "Fullest limit of a stream, 0 to 1", () =>
      [...fills].map(([stream, fill]) => [fill, { stream }] as const),
    ),
  );
  const refilling = startLoop(`sending again ${owner}`, everyMs, bus.log, (stop) =>
    refillAll({ store, memories, owner, clock, perSecond: refillPerSecond, stop }),
  );
  stack.use(refilling);
  const looking = startLoop(`trimming ${streamOf(owner)}`, everyMs, bus.log, async () => {
    for (const stream of [streamOf(owner), DEAD, REDRIVE]) {
      const fill = fillOf(await bus.manager.streams.info(stream));
      fills.set(stream, fill);
      health.degrade(`stream:${stream}:FILLING`, fill >= ALARM);
    }
    const held = await heldBy(bus, owner);
    if (await notice(memories, owner, held)) refilling.kick();
    const isFull = (fills.get(streamOf(owner)) ?? 0) >= MAKE_ROOM;
    const before = new Date(clock.now().getTime() - keepMs);
    await trim(bus, owner, held, isFull ? olderHalf(held) : await oldOf(bus, owner, held, before));
  });
  stack.use(looking);
  return stack;
}

/** Takes out everything up to a sequence, and nothing that somebody has not acknowledged. */
async function trim(bus: Bus, owner: Producer, held: Held, upTo: number): Promise<void> {
  const last = Math.min(upTo, floorOf(held));
  if (held.state.messages === 0 || last < held.state.first_seq) return;
  const stream = streamOf(owner);
  const { purged } = await bus.manager.streams.purge(stream, { seq: last + 1 });
  bus.log.info({ stream, purged }, "trimmed");
}

function olderHalf({ state }: Held): number {
  return state.first_seq + Math.ceil((state.last_seq - state.first_seq) / 2);
}

async function oldOf(bus: Bus, owner: Producer, held: Held, before: Date): Promise<number> {
  const { first_seq: first, messages } = held.state;
  const floor = floorOf(held);
  if (messages === 0 || floor < first) return first - 1;
  return trimmable(messageAt(bus, streamOf(owner)), { first, floor, before, atMost: ONE_BY_ONE });
}

function messageAt(bus: Bus, stream: string): MessageAt {
  return async (sequence) => {
    const found = await storedFrom(bus, stream, sequence);
    if (found === undefined) return undefined;
    const time = new Date(found.header?.get("ce-time") ?? "");
    return { sequence: found.seq, stored: found.time, time: Number.isNaN(time.getTime()) ? undefined : time };
  };
}

/** @returns whether everything is to be sent again. */
async function notice(memories: Collection<Memory>, owner: Producer, { state, holds }: Held): Promise<boolean> {
  const there = holds.filter(({ acknowledged }) => acknowledged !== undefined);
  const created = Object.fromEntries(there.map((hold) => [hold.durable, hold.created]));
  const remembered = await change(memories, owner, (memory) => {
    const now = noticed(memory, { trimmed: state.first_seq > 1, created });
    return now && { state: now };
  });
  return remembered?.state.refill !== undefined;
}

interface Refilling {
  store: Store;
  memories: Collection<Memory>;
  owner: Producer;
  clock: Clock;
  perSecond: number;
  stop: AbortSignal;
}

/** Sends everything again in slices, when that is due: where one ended is remembered, and one replica does it. */
async function refillAll({ store, memories, owner, clock, perSecond, stop }: Refilling): Promise<void> {
  for (let mine = false; !stop.aborted;) {
    const found = await memories.load(owner);
    const refill = found?.state.refill;
    const now = clock.now();
    const until = new Date(now.getTime() + LEASE_MS);
    if (found === undefined || refill === undefined || (!mine && isLeased(refill.leaseUntil, now, LEASE_MS))) return;
    const leased = { ...refill, leaseUntil: until };
    const taken = await memories.save(found, { ...found.state, refill: leased });
    if (taken === undefined) return;
    mine = true;
    const { next } = await refillSlice(store, refill.from, perSecond);
    const { refill: _, ...rest } = taken.state;
    await memories.save(taken, next === undefined ? rest : { ...rest, refill: { ...leased, from: next } });
    if (next !== undefined) await delay(1000, undefined, { signal: stop }).catch(() => undefined);
  }
}

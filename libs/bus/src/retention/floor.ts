import type { ConsumerInfo, StreamState } from "@nats-io/jetstream";
import { durablesOf, infoOf } from "../catalog/apply.ts";
import { producers, streamOf } from "../catalog/catalog.ts";
import type { Bus } from "../connection.ts";
import type { Producer } from "../catalog/noun.ts";

/** A durable of the catalogue on a stream, and how far it has acknowledged. */
export interface Hold {
  durable: string;
  /** Everything up to this sequence is acknowledged by it; undefined when it is missing: then it holds everything. */
  acknowledged: number | undefined;
  /** When it was made; one that is made anew has another. */
  created: string;
}

/** A stream and what holds it. */
export interface Held {
  state: StreamState;
  holds: Hold[];
}

/** The durables of the catalogue that read this producer's stream. */
export function durablesOn(producer: Producer): string[] {
  return producers
    .flatMap(durablesOf)
    .filter(({ stream }) => stream === streamOf(producer))
    .map(({ name }) => name);
}

/** Reads a stream's state, and then its durables: what came in between is not acknowledged. */
export async function heldBy(bus: Bus, producer: Producer): Promise<Held> {
  const stream = streamOf(producer);
  const { state } = await bus.manager.streams.info(stream);
  const infos = await Promise.all(
    durablesOn(producer).map(async (durable) => ({
      durable,
      info: await infoOf(bus.manager.consumers.info(stream, durable)),
    })),
  );
  const { last_seq: lastNow } = (await bus.manager.streams.info(stream)).state;
  const holds = infos.map(({ durable, info }) => ({
    durable,
    acknowledged: info && acknowledgedBy(info, state.last_seq, lastNow),
    created: info?.created ?? "",
  }));
  return { state, holds };
}

/** Everything up to this sequence is acknowledged by every durable; 0 while one is missing. */
export function floorOf({ state, holds }: Held): number {
  return Math.min(state.last_seq, ...holds.map(({ acknowledged }) => acknowledged ?? 0));
}

function acknowledgedBy(
  { delivered, num_pending, num_ack_pending, ack_floor }: ConsumerInfo,
  last: number,
  lastNow: number,
) {
  // It remembers more than the stream holds (which was restored, say) and delivers nothing until it is made anew.
  if (delivered.stream_seq > lastNow) return 0;
  // One that has nothing to do has acknowledged what is no business of its own, too.
  return num_pending === 0 && num_ack_pending === 0 ? last : ack_floor.stream_seq;
}

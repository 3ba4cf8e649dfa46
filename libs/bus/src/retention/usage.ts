import { DEAD, producers, REDRIVE, streamOf } from "../catalog/catalog.ts";
import type { Bus } from "../connection.ts";
import { fillOf } from "./fill.ts";
import { floorOf, heldBy } from "./floor.ts";

/** How much a stream holds, and what keeps it from holding less. */
export interface Usage {
  stream: string;
  messages: number;
  bytes: number;
  maxBytes: number;
  /** Fullest limit, 0 to 1. */
  fill: number;
  /** When its first message was stored; undefined when it is empty. */
  oldest: Date | undefined;
  /** Durables that have not acknowledged everything, or are missing. */
  held: { durable: string; isMissing: boolean; waiting: number }[];
  /** Messages that every reader has acknowledged: they go when they are old. */
  acknowledged: number;
}

/** Every stream of the catalogue. */
export async function usage(bus: Bus): Promise<Usage[]> {
  const facts = await Promise.all(
    producers.map(async (producer) => {
      const held = await heldBy(bus, producer);
      const { last_seq: last, first_seq: first } = held.state;
      const behind = held.holds.filter(({ acknowledged }) => acknowledged !== last);
      return {
        ...(await sizeOf(bus, streamOf(producer))),
        acknowledged: Math.max(0, floorOf(held) - first + 1),
        held: behind.map(({ durable, acknowledged }) => ({
          durable,
          isMissing: acknowledged === undefined,
          waiting: last - Math.max(first - 1, acknowledged ?? 0),
        })),
      };
    }),
  );
  const others = await Promise.all([DEAD, REDRIVE].map(async (stream) => sizeOf(bus, stream)));
  return [...facts, ...others.map((size) => ({ ...size, held: [], acknowledged: 0 }))];
}

/** How much a stream holds. */
export async function sizeOf(bus: Bus, stream: string): Promise<Omit<Usage, "held" | "acknowledged">> {
  const info = await bus.manager.streams.info(stream);
  const { messages, bytes, first_ts } = info.state;
  return {
    stream,
    messages,
    bytes,
    maxBytes: info.config.max_bytes,
    fill: fillOf(info),
    oldest: messages === 0 ? undefined : new Date(first_ts),
  };
}

import { durablesOf } from "../catalog/apply.ts";
import { DEAD, deadSubject, durableOf, readers, REDRIVE, streamOf } from "../catalog/catalog.ts";
import type { Bus } from "../connection.ts";
import type { Producer } from "../catalog/noun.ts";
import { sizeOf, type Usage } from "../retention/usage.ts";

/** How far a reader is behind with the events of one noun, those that are sent again to it included. */
export interface Lag {
  noun: string;
  /** Not handed out yet. */
  pending: number;
  /** Handed out, and not acknowledged yet. */
  ackPending: number;
  /** Of these, handed out more than once. */
  redelivered: number;
}

/** How far `reader` is behind, by noun; asks the server for what it knows and counts nothing. */
export async function lagOf(bus: Bus, reader: Producer): Promise<Lag[]> {
  const durables = durablesOf(reader);
  return Promise.all(
    readers[reader].work.map(async (noun) => {
      const own = durables.filter(({ name }) => name === durableOf(reader, noun));
      const infos = await Promise.all(own.map(({ stream, name }) => bus.manager.consumers.info(stream, name)));
      const sum = (of: (info: (typeof infos)[number]) => number) => infos.reduce((all, info) => all + of(info), 0);
      return {
        noun,
        pending: sum((info) => info.num_pending),
        ackPending: sum((info) => info.num_ack_pending),
        redelivered: sum((info) => info.num_redelivered),
      };
    }),
  );
}

/** How many messages `reader` could not handle, and nobody has sent again. */
export async function deadLettersOf(bus: Bus, reader: Producer): Promise<number> {
  const { state } = await bus.manager.streams.info(DEAD, { subjects_filter: deadSubject(reader, ">") });
  return Object.values(state.subjects ?? {}).reduce((all, count) => all + count, 0);
}

/** The streams that a service needs: its own one, and those of dead letters. */
export function streamsOf(bus: Bus, owner: Producer): Promise<Omit<Usage, "held" | "acknowledged">[]> {
  return Promise.all([streamOf(owner), DEAD, REDRIVE].map(async (stream) => sizeOf(bus, stream)));
}

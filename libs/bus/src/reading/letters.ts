import { headers as natsHeaders } from "@nats-io/transport-node";
import { derivedId } from "@ntd/service";
import { DEAD, REDRIVE } from "../catalog/catalog.ts";
import type { Bus } from "../connection.ts";
import { storedFrom } from "./stored.ts";

/** A message as a backup keeps it. */
export interface StoredLetter {
  sequence: number;
  time: Date;
  subject: string;
  headers: Record<string, string>;
  data: Uint8Array;
}

/**
 * The streams that a backup keeps: what they hold is nowhere else, while a service's own stream is made anew from its
 * store.
 */
export const letterStreams = [DEAD, REDRIVE] as const;

/** Every message of a stream that was there when this was called, oldest first. */
export async function* storedLetters(bus: Bus, stream: (typeof letterStreams)[number]): AsyncIterable<StoredLetter> {
  const { state } = await bus.manager.streams.info(stream);
  for (let next = state.first_seq; next <= state.last_seq;) {
    const found = await storedFrom(bus, stream, next);
    if (found === undefined || found.seq > state.last_seq) return;
    const headers = Object.fromEntries([...found.header].map(([name, values]) => [name, values.join(", ")]));
    yield { sequence: found.seq, time: found.time, subject: found.subject, headers, data: found.data };
    next = found.seq + 1;
  }
}

/**
 * Puts a message of a backup into its stream again, which has it once however often this is called soon after one another:
 * a reader of REDRIVE gets it again, and every handler is idempotent.
 */
export async function giveBack(bus: Bus, stream: (typeof letterStreams)[number], letter: StoredLetter): Promise<void> {
  const { sequence, time, subject, headers, data } = letter;
  const sent = natsHeaders();
  for (const [name, value] of Object.entries(headers)) sent.set(name, value);
  const msgID = derivedId("given back", stream, sequence, time.toISOString());
  await bus.jetstream.publish(subject, data, { headers: sent, msgID });
}

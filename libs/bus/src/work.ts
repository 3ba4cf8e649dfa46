import type { ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import { startLoop, type Loop } from "@ntd/service";
import type { Store } from "@ntd/store";
import { attemptsIn } from "./attempts.ts";
import { durableOf, nouns, REDRIVE, streamOf, type NounName } from "./catalog.ts";
import type { Bus } from "./connection.ts";
import type { Event } from "./envelope.ts";
import { Gate } from "./gate.ts";
import { messageHandler, type MessageHandler } from "./message.ts";
import type { Noun, Producer } from "./noun.ts";

/** What an event's data is, by the noun's name. */
export type DataOf<N extends NounName> = (typeof nouns)[N] extends Noun<infer T> ? T : never;

/** One handler per noun that the reader's `work` row of the catalogue names. */
export type Handlers<N extends NounName> = { readonly [K in N]: (event: Event<DataOf<K>>) => Promise<void> };

/** Messages of one durable that a process holds at a time, and how many it handles at a time. */
const PREFETCH = 32;
const IN_HAND = 8;

/**
 * Starts a service's shared durables, each message handled once over all replicas: facts, and dead letters sent again.
 * A handler returns when its writes are durable; it throws a Problem otherwise (see `messageHandler`). Disposing stops
 * pulling, gives back what was not begun, and finishes what is in hand.
 */
export async function startWork<N extends NounName>(
  bus: Bus,
  store: Store,
  reader: Producer,
  handlers: Handlers<N>,
): Promise<AsyncDisposable> {
  const attempts = await attemptsIn(store);
  const gate = new Gate();
  await using started = new AsyncDisposableStack();
  for (const name of Object.keys(handlers) as N[]) {
    const noun = nouns[name] as Noun<DataOf<N>>;
    const durable = durableOf(reader, name);
    const handle = messageHandler({ bus, reader, noun, durable, attempts, gate, handle: handlers[name] });
    started.use(pull(bus, streamOf(noun.service), durable, handle));
    started.use(pull(bus, REDRIVE, durable, handle));
  }
  return started.move();
}

/** Pulls for ever: a consumer that is missing or lost is looked for again until it is there. */
function pull(bus: Bus, stream: string, durable: string, handle: MessageHandler): Loop {
  return startLoop(`work ${stream}/${durable}`, 500, bus.log, async (stop) => {
    const consumer = await bus.jetstream.consumers.get(stream, durable);
    const ackWaitMs = Number((await consumer.info(true)).config.ack_wait) / 1e6;
    const messages = await consumer.consume({ max_messages: PREFETCH, abort_on_missing_resource: true });
    const end = () => messages.stop();
    stop.addEventListener("abort", end, { once: true });
    if (stop.aborted) end();
    try {
      await drain(messages, stop, (message) => handle(message, ackWaitMs));
    } finally {
      stop.removeEventListener("abort", end);
      messages.stop();
    }
  });
}

async function drain(messages: ConsumerMessages, stop: AbortSignal, handle: (message: JsMsg) => Promise<void>) {
  const inHand = new Set<Promise<void>>();
  try {
    for await (const message of messages) {
      if (stop.aborted) {
        message.nak();
        continue;
      }
      const handling = handle(message).finally(() => inHand.delete(handling));
      inHand.add(handling);
      if (inHand.size >= IN_HAND) await Promise.race(inHand);
    }
  } finally {
    await Promise.all(inHand);
  }
}

import type { Consumer, ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import { startLoop, type Loop } from "@ntd/service";
import type { Store } from "@ntd/store";
import { attemptsIn } from "./attempts.ts";
import { durableOf, nouns, REDRIVE, streamOf, type NounName } from "../catalog/catalog.ts";
import type { Bus } from "../connection.ts";
import type { Event } from "../writing/envelope.ts";
import { Gate } from "./gate.ts";
import { messageHandler, type MessageHandler } from "./message.ts";
import type { Noun, Producer } from "../catalog/noun.ts";

/** What an event's data is, by the noun's name. */
export type DataOf<N extends NounName> = (typeof nouns)[N] extends Noun<infer T> ? T : never;

/** One handler per noun that the reader's `work` row of the catalogue names. */
export type Handlers<N extends NounName> = { readonly [K in N]: (event: Event<DataOf<K>>) => Promise<void> };

/**
 * Messages of one durable that a process handles at a time. No more are pulled: one that waited for a free hand would
 * outlive its ack wait and be given to another reader.
 */
const IN_HAND = 8;
const PULL_MS = 5000;

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
    const handle = messageHandler({
      bus,
      reader,
      noun,
      durable,
      attempts,
      gate,
      cleared: new Set(),
      handle: handlers[name],
    });
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
    await drain(consumer, stop, (message) => handle(message, ackWaitMs));
  });
}

async function drain(consumer: Consumer, stop: AbortSignal, handle: (message: JsMsg) => Promise<void>): Promise<void> {
  const inHand = new Set<Promise<void>>();
  try {
    while (!stop.aborted) {
      if (inHand.size >= IN_HAND) await Promise.race(inHand);
      const messages = await consumer.fetch({ max_messages: IN_HAND - inHand.size, expires: PULL_MS });
      await takeAll(messages, stop, (message) => {
        const handling = handle(message).finally(() => inHand.delete(handling));
        inHand.add(handling);
      });
    }
  } finally {
    await Promise.all(inHand);
  }
}

/** Ends the pull at once when `stop` aborts, and leaves no listener behind when the pull fails. */
async function takeAll(messages: ConsumerMessages, stop: AbortSignal, take: (message: JsMsg) => void): Promise<void> {
  const end = () => messages.stop();
  stop.addEventListener("abort", end, { once: true });
  if (stop.aborted) end();
  try {
    for await (const message of messages) take(message);
  } finally {
    stop.removeEventListener("abort", end);
  }
}

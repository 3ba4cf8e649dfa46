import type { Consumer, ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import { endProcess, Problem, startLoop } from "@ntd/service";
import type { Store } from "@ntd/store";
import { attemptsIn } from "./attempts.ts";
import { durableOf, nouns, REDRIVE, streamOf, type NounName } from "../catalog/catalog.ts";
import type { Bus } from "../connection.ts";
import type { Event } from "../writing/envelope.ts";
import { Gate } from "./gate.ts";
import { messageHandler, type Context, type MessageHandler } from "./message.ts";
import type { Noun, Producer } from "../catalog/noun.ts";
import { Watch } from "./watch.ts";

/** What an event's data is, by the noun's name. */
export type DataOf<N extends NounName> = (typeof nouns)[N] extends Noun<infer T> ? T : never;

/** One handler per noun that the reader's `work` row of the catalogue names. */
export type Handlers<N extends NounName> = {
  readonly [K in N]: (event: Event<DataOf<K>>, context: Context) => Promise<void>;
};

export interface WorkOptions {
  /** A handler that needs longer is cancelled; at twice that the process ends. Default 60 s. */
  limitMs?: number;
}

/**
 * Messages of one durable that a process handles at a time: so many that come for the first time, and in all twice as
 * many, so that those which come again and wait for an absent peer leave hands free. No more are pulled: one that waited
 * for a free hand would outlive its ack wait and be given to another reader.
 */
const FRESH_IN_HAND = 8;
const IN_HAND = 16;
const PULL_MS = 5000;
/** A drain waits this long for what is in hand; then it is cancelled and comes again. */
const DRAIN_MS = 5000;
const LIMIT_MS = 60_000;

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
  { limitMs = LIMIT_MS }: WorkOptions = {},
): Promise<AsyncDisposable> {
  const attempts = await attemptsIn(store);
  const house = new Gate();
  await using started = new AsyncDisposableStack();
  for (const name of Object.keys(handlers) as N[]) {
    const noun = nouns[name] as Noun<DataOf<N>>;
    const durable = durableOf(reader, name);
    const gate = new Gate();
    const handle = messageHandler({ bus, reader, noun, durable, attempts, house, gate, handle: handlers[name] });
    for (const stream of [streamOf(noun.service), REDRIVE]) {
      started.use(startPulling(bus, { stream, durable, limitMs }, handle));
    }
  }
  return started.move();
}

interface Pulling {
  stream: string;
  durable: string;
  limitMs: number;
}

/** Pulls for ever: a consumer that is missing or lost is looked for again until it is there. */
function startPulling(bus: Bus, { stream, durable, limitMs }: Pulling, handle: MessageHandler): AsyncDisposable {
  let watch: Watch | undefined;
  const loop = startLoop(`work ${stream}/${durable}`, 500, bus.log, async (stop) => {
    const consumer = await bus.jetstream.consumers.get(stream, durable);
    const ackWaitMs = Number((await consumer.info(true)).config.ack_wait) / 1e6;
    using watching = new Watch({
      everyMs: ackWaitMs / 3,
      limitMs,
      stuck: () => endProcess(bus.log, `${durable} hangs`),
    });
    watch = watching;
    await drain(consumer, stop, async (message) => {
      using held = watching.hold(message);
      await handle(message, held);
    });
  });
  return {
    async [Symbol.asyncDispose]() {
      const late = setTimeout(() => watch?.cancelAll(new Problem("SHUTTING_DOWN")), DRAIN_MS);
      await loop[Symbol.asyncDispose]();
      clearTimeout(late);
    },
  };
}

async function drain(consumer: Consumer, stop: AbortSignal, handle: (message: JsMsg) => Promise<void>): Promise<void> {
  const inHand = new Set<Promise<void>>();
  let fresh = 0;
  try {
    while (!stop.aborted) {
      const room = Math.min(FRESH_IN_HAND - fresh, IN_HAND - inHand.size);
      if (room === 0) {
        await Promise.race(inHand);
        continue;
      }
      const messages = await consumer.fetch({ max_messages: room, expires: PULL_MS });
      await takeAll(messages, stop, (message) => {
        const first = message.redelivered ? 0 : 1;
        fresh += first;
        const handling = handle(message).finally(() => {
          fresh -= first;
          inHand.delete(handling);
        });
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

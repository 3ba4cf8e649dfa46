import { endProcess, Problem, startLoop } from "@ntd/service";
import type { Store } from "@ntd/store";
import { attemptsIn } from "./attempts.ts";
import { durableOf, nouns, REDRIVE, streamOf, type NounName } from "../catalog/catalog.ts";
import type { Bus } from "../connection.ts";
import type { Delivery } from "./delivery.ts";
import type { Event } from "../writing/envelope.ts";
import { Gate } from "./gate.ts";
import { messageHandler, type Context, type MessageHandler } from "./message.ts";
import type { Noun, Producer } from "../catalog/noun.ts";
import { pull } from "./pull.ts";
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

/** So long a request for messages waits at the server; what is sent again is rare. */
const FACTS_WAIT_MS = 15_000;
const REDRIVE_WAIT_MS = 60_000;
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
    const facts = { stream: streamOf(noun.service), durable, limitMs, expiresMs: FACTS_WAIT_MS };
    const redrive = { stream: REDRIVE, durable, limitMs, expiresMs: REDRIVE_WAIT_MS };
    for (const pulling of [facts, redrive]) started.use(startPulling(bus, pulling, handle));
  }
  return started.move();
}

interface Pulling {
  stream: string;
  durable: string;
  limitMs: number;
  expiresMs: number;
}

/** Pulls for ever: a consumer that is missing or lost is looked for again until it is there. */
function startPulling(bus: Bus, pulling: Pulling, handle: MessageHandler): AsyncDisposable {
  const { stream, durable, limitMs, expiresMs } = pulling;
  let watch: Watch | undefined;
  const loop = startLoop(`work ${stream}/${durable}`, 500, bus.log, async (stop) => {
    const { config } = await bus.manager.consumers.info(stream, durable);
    const everyMs = Number(config.ack_wait) / 3e6;
    using watching = new Watch({ everyMs, limitMs, stuck: () => endProcess(bus.log, `${durable} hangs`) });
    watch = watching;
    const take = async (message: Delivery) => {
      using held = watching.hold(message);
      await handle(message, held);
    };
    await pull(bus, { stream, durable, expiresMs, take, stop });
  });
  return {
    async [Symbol.asyncDispose]() {
      const late = setTimeout(() => watch?.cancelAll(new Problem("SHUTTING_DOWN")), DRAIN_MS);
      await loop[Symbol.asyncDispose]();
      clearTimeout(late);
    },
  };
}

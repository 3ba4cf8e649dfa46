import { backOffMs } from "./back-off.ts";
import { toDelivery, type Delivery } from "./delivery.ts";
import { createInbox, type Msg, type Subscription } from "@nats-io/transport-node";
import type { Bus } from "../connection.ts";
import { everyBeat, Problem } from "@ntd/service";

/**
 * Messages of one durable that a process handles at a time: so many that come for the first time, and as many that come
 * again, so that those which wait for an absent peer leave hands free. No more are asked for: one that waited for a free
 * hand would outlive its ack wait and be given to another reader.
 */
const FRESH_IN_HAND = 8;
const AGAIN_IN_HAND = 8;
const IN_HAND = FRESH_IN_HAND + AGAIN_IN_HAND;
/** Asked again when so many hands have become free, or when nothing is asked for. */
const ASK_FROM = FRESH_IN_HAND / 2;
/** A request that is not answered by then was lost with its server. */
const SLACK_MS = 2000;
const LOOK_MS = 1000;

export interface Pull {
  stream: string;
  durable: string;
  /** So long a request waits at the server for messages. */
  expiresMs: number;
  take: (message: Delivery) => Promise<void>;
  stop: AbortSignal;
}

/**
 * Takes messages of a durable until `stop` aborts, and then waits for what is in hand. One subscription for all requests,
 * and few of those: the client's own `fetch` makes one of each for every handful of messages.
 *
 * @throws Problem BUS_NOT_APPLIED when the durable is missing or goes.
 */
export async function pull(bus: Bus, options: Pull): Promise<void> {
  const pulling = new Pulling(bus, options);
  const end = () => pulling.end();
  options.stop.addEventListener("abort", end, { once: true });
  if (options.stop.aborted) end();
  try {
    await pulling.ended;
  } finally {
    options.stop.removeEventListener("abort", end);
    await pulling[Symbol.asyncDispose]();
  }
}

class Pulling implements AsyncDisposable {
  readonly #bus: Bus;
  readonly #options: Pull;
  readonly #subject: string;
  readonly #inHand = new Set<Promise<void>>();
  readonly #ending = Promise.withResolvers<void>();
  readonly #looking: Disposable;
  readonly #statuses: ReturnType<Bus["connection"]["status"]>;
  #subscription: Subscription;
  #fresh = 0;
  /** Messages that were asked for and have not come. */
  #asked = 0;
  #lostAt = 0;
  #away = false;

  constructor(bus: Bus, options: Pull) {
    this.#bus = bus;
    this.#options = options;
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${options.stream}.${options.durable}`;
    this.#subscription = this.#subscribe();
    this.#statuses = bus.connection.status();
    void this.#follow();
    this.#looking = everyBeat(LOOK_MS, () => this.#look());
    this.#ask();
  }

  /** Rejects when the durable is not there. */
  get ended(): Promise<void> {
    return this.#ending.promise;
  }

  end(): void {
    this.#ending.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#looking[Symbol.dispose]();
    this.#away = true;
    (this.#statuses as { stop?: () => void }).stop?.();
    this.#subscription.unsubscribe();
    await Promise.all(this.#inHand);
  }

  #subscribe(): Subscription {
    const inbox = createInbox(`_INBOX_${this.#bus.name}`);
    return this.#bus.connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error !== null) this.#ending.reject(error);
        else if (message.subject === inbox) this.#hear(message);
        else this.#take(message);
      },
    });
  }

  #ask(): void {
    const free = Math.min(FRESH_IN_HAND - this.#fresh, IN_HAND - this.#inHand.size) - this.#asked;
    if (this.#away || free <= 0 || (this.#asked > 0 && free < ASK_FROM)) return;
    this.#asked += free;
    this.#lostAt = performance.now() + this.#options.expiresMs + SLACK_MS;
    const request = JSON.stringify({ batch: free, expires: this.#options.expiresMs * 1e6 });
    this.#bus.connection.publish(this.#subject, request, { reply: this.#subscription.getSubject() });
  }

  #take(message: Msg): void {
    const delivered = toDelivery(message);
    if (delivered === undefined) return;
    this.#asked = Math.max(0, this.#asked - 1);
    // The server hands out what comes again first, however much of it there is.
    if (delivered.count > 1 && this.#inHand.size - this.#fresh >= AGAIN_IN_HAND) {
      delivered.nak(backOffMs(delivered.count));
      return this.#ask();
    }
    const first = delivered.count === 1 ? 1 : 0;
    this.#fresh += first;
    const handling = this.#options.take(delivered).finally(() => {
      this.#fresh -= first;
      this.#inHand.delete(handling);
      this.#ask();
    });
    this.#inHand.add(handling);
    this.#ask();
  }

  /** What the server says of a request. */
  #hear({ headers }: Msg): void {
    const code = headers?.code ?? 0;
    if (code === 503 || code === 400 || /deleted/i.test(headers?.description ?? "")) {
      this.#ending.reject(new Problem("BUS_NOT_APPLIED"));
      return;
    }
    const unanswered = Number(headers?.get("Nats-Pending-Messages") || this.#asked);
    this.#asked = Math.max(0, this.#asked - unanswered);
    // Its time is over: the next one. What else it may be (a server that stops, a new leader) passes: soon.
    if (code === 408 || code === 404) this.#ask();
  }

  #look(): void {
    if (performance.now() > this.#lostAt) this.#asked = 0;
    this.#ask();
  }

  // Under another inbox, so that requests of before the gap find nobody and take no messages.
  async #follow(): Promise<void> {
    for await (const { type } of this.#statuses) {
      if (type === "disconnect") this.#away = true;
      if (type !== "reconnect") continue;
      this.#subscription.unsubscribe();
      this.#subscription = this.#subscribe();
      this.#asked = 0;
      this.#away = false;
      this.#ask();
    }
  }
}

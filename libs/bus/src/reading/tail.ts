import type { Msg } from "@nats-io/transport-node";
import { filterOf, nouns, type NounName } from "../catalog/catalog.ts";
import { countForeign, isByOwner } from "./authorship.ts";
import type { Bus } from "../connection.ts";
import { toEvent, type Event } from "../writing/envelope.ts";
import type { Noun } from "../catalog/noun.ts";
import type { DataOf } from "./work.ts";

/**
 * Follows a noun in this very process from now on, for what every replica keeps in memory. A plain subscription: it
 * misses what comes while it is away, and needs no right to make consumers. Whoever uses it also polls the truth. A
 * failing handler is logged and the next event comes.
 */
export function startTail<N extends NounName>(
  bus: Bus,
  name: N,
  handle: (event: Event<DataOf<N>>) => Promise<void>,
): AsyncDisposable {
  const noun = nouns[name] as Noun<DataOf<N>>;
  const subscription = bus.connection.subscribe(filterOf(noun));
  const take = async (message: Msg) => {
    if (!isByOwner(noun, bus.name, message.subject, message.headers)) {
      return countForeign({ reader: bus.name, noun: name });
    }
    try {
      await handle(toEvent(noun, message.headers, message.data));
    } catch (error) {
      bus.log.warn({ error, noun: name }, "a tail could not take an event");
    }
  };
  const following = (async () => {
    for await (const message of subscription) await take(message);
  })();
  return {
    async [Symbol.asyncDispose]() {
      subscription.unsubscribe();
      await following;
    },
  };
}

import { DeliverPolicy } from "@nats-io/jetstream";
import { startLoop } from "@ntd/service";
import { filterOf, nouns, streamOf, type NounName } from "./catalog.ts";
import type { Bus } from "./connection.ts";
import { toEvent, type Event } from "./envelope.ts";
import type { Noun } from "./noun.ts";
import type { DataOf } from "./work.ts";

/**
 * Follows a noun in this very process from now on, for what every replica keeps in memory. It may miss events while it
 * is away: whoever uses it also polls the truth. A failing handler is logged and the next event comes.
 */
export function startTail<N extends NounName>(
  bus: Bus,
  name: N,
  handle: (event: Event<DataOf<N>>) => Promise<void>,
): AsyncDisposable {
  const noun = nouns[name] as Noun<DataOf<N>>;
  return startLoop(`tail ${name}`, 500, bus.log, async (stop) => {
    const options = { filter_subjects: filterOf(noun), deliver_policy: DeliverPolicy.New };
    const consumer = await bus.jetstream.consumers.get(streamOf(noun.service), options);
    const messages = await consumer.consume({ max_messages: 256 });
    const end = () => messages.stop();
    stop.addEventListener("abort", end, { once: true });
    if (stop.aborted) end();
    for await (const message of messages) {
      try {
        await handle(toEvent(noun, message.headers, message.data));
      } catch (error) {
        bus.log.warn({ error, noun: name }, "a tail could not take an event");
      }
    }
  });
}

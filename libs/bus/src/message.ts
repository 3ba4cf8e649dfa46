import type { JsMsg } from "@nats-io/jetstream";
import { failpoint, Problem, withTrace } from "@ntd/service";
import { MAX_ATTEMPTS, type Attempts } from "./attempts.ts";
import type { Bus } from "./connection.ts";
import { deadLetter } from "./dead-letters.ts";
import { toEvent, type Event } from "./envelope.ts";
import type { Gate } from "./gate.ts";
import type { Noun, Producer } from "./noun.ts";

export type MessageHandler = (message: JsMsg, ackWaitMs: number) => Promise<void>;

interface Reading<T> {
  bus: Bus;
  reader: Producer;
  noun: Noun<T>;
  durable: string;
  attempts: Attempts;
  gate: Gate;
  handle: (event: Event<T>) => Promise<void>;
}

/**
 * Handles one message to a named end: done → ack; a retryable problem → back off, for ever; a terminal one, or a
 * message that ended its handler five times → dead letter, awaited, then ack. Never rejects.
 */
export function messageHandler<T>(reading: Reading<T>): MessageHandler {
  return async (message, ackWaitMs) => {
    failpoint(`bus.received.${reading.noun.name}`);
    const alive = setInterval(() => message.working(), ackWaitMs / 3);
    try {
      await settle(reading, message);
    } catch (error) {
      // The dead letter or the note of an attempt could not be written: the message comes again.
      reading.bus.log.error({ error, durable: reading.durable }, "a message could not be settled; it comes again");
      message.nak(1000);
    } finally {
      clearInterval(alive);
    }
  };
}

async function settle<T>(reading: Reading<T>, message: JsMsg): Promise<void> {
  const { gate, durable, attempts } = reading;
  const problem = message.redelivered
    ? await gate.alone(() => again(reading, message))
    : await gate.together(() => attempt(reading, message));
  if (problem?.handling === "retry" || problem?.handling === "unknown") {
    reading.bus.log.warn(
      { error: problem, durable, delivery: message.info.deliveryCount },
      "handling failed; it comes again",
    );
    if (problem.handling === "retry") await attempts.forget(durable, idOf(message));
    message.nak(backOffMs(message.info.deliveryCount));
    return;
  }
  if (problem !== undefined) await deadLetter(reading.bus, reading.reader, reading.noun.name, message, problem);
  if (message.redelivered) await attempts.forget(durable, idOf(message));
  failpoint(`bus.handled.${reading.noun.name}`);
  message.ack();
  failpoint(`bus.acked.${reading.noun.name}`);
}

/** Notes the attempt first, so that a crash leaves a trace. */
async function again<T>(reading: Reading<T>, message: JsMsg): Promise<Problem | undefined> {
  const begun = await reading.attempts.begin(reading.durable, idOf(message));
  return begun >= MAX_ATTEMPTS ? new Problem("EVENT_KILLED_ITS_HANDLER") : attempt(reading, message);
}

async function attempt<T>({ noun, handle, durable }: Reading<T>, message: JsMsg): Promise<Problem | undefined> {
  try {
    const event = toEvent(noun, message.headers, message.data);
    await withTrace({ traceparent: message.headers?.get("traceparent") ?? "" }, `handle ${durable}`, () =>
      handle(event),
    );
    return undefined;
  } catch (error) {
    return Problem.from(error);
  }
}

// A message without an id is told from others by its place in the stream.
function idOf(message: JsMsg): string {
  const id = message.headers?.get("ce-id") ?? "";
  return id === "" ? `${message.info.stream}:${message.seq}` : id;
}

function backOffMs(deliveries: number): number {
  return Math.min(30_000, 100 * 2 ** Math.min(deliveries, 10));
}

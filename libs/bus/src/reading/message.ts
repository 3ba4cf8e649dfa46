import type { JsMsg } from "@nats-io/jetstream";
import { failpoint, Problem, withTrace } from "@ntd/service";
import { MAX_ATTEMPTS, type Attempts } from "./attempts.ts";
import type { Bus } from "../connection.ts";
import { deadLetter } from "./dead-letters.ts";
import { toEvent, type Event } from "../writing/envelope.ts";
import type { Gate } from "./gate.ts";
import type { Noun, Producer } from "../catalog/noun.ts";

const LIMIT_MS = 60_000;
const MAX_CLEARED = 10_000;

export type MessageHandler = (message: JsMsg, ackWaitMs: number) => Promise<void>;

interface Reading<T> {
  bus: Bus;
  reader: Producer;
  noun: Noun<T>;
  durable: string;
  attempts: Attempts;
  gate: Gate;
  /** Messages whose handling ended here with a retryable problem: they are no suspects when they come again. */
  cleared: Set<string>;
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
  const suspect = message.redelivered && !reading.cleared.delete(idOf(message));
  const problem = suspect
    ? await gate.alone(() => again(reading, message))
    : await gate.together(() => attempt(reading, message));
  if (problem?.handling === "retry" || problem?.handling === "unknown") {
    reading.bus.log.warn(
      { error: problem, durable, delivery: message.info.deliveryCount },
      "handling failed; it comes again",
    );
    if (problem.handling === "retry") await clear(reading, idOf(message), suspect);
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

async function clear<T>({ cleared, attempts, durable }: Reading<T>, id: string, suspect: boolean): Promise<void> {
  // One that came again to another replica stays behind here; forgetting them all merely makes suspects of a few.
  if (cleared.size >= MAX_CLEARED) cleared.clear();
  cleared.add(id);
  if (suspect) await attempts.forget(durable, id);
}

async function attempt<T>({ noun, handle, durable }: Reading<T>, message: JsMsg): Promise<Problem | undefined> {
  try {
    const event = toEvent(noun, message.headers, message.data);
    await withTrace({ traceparent: message.headers?.get("traceparent") ?? "" }, `handle ${durable}`, () =>
      withinLimit(handle(event)),
    );
    return undefined;
  } catch (error) {
    return Problem.from(error);
  }
}

// A handler that needs longer should have recorded a job. One that hangs must not hold up its neighbours for ever.
async function withinLimit(work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Problem("TIMED_OUT", "The handler outlived its limit.")), LIMIT_MS);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
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

import { failpoint, Problem, withTrace } from "@ntd/service";
import { MAX_ATTEMPTS, type Attempts } from "./attempts.ts";
import { backOffMs } from "./back-off.ts";
import { countForeign, isByOwner } from "./authorship.ts";
import type { Bus } from "../connection.ts";
import type { Delivery } from "./delivery.ts";
import { deadLetter } from "./dead-letters.ts";
import { toEvent, type Event } from "../writing/envelope.ts";
import type { Gate } from "./gate.ts";
import type { Noun, Producer } from "../catalog/noun.ts";
import type { Held } from "./watch.ts";

/** From this many attempts without an end on, a message has the whole process to itself: the verdict is near. */
const LAST_ATTEMPT = MAX_ATTEMPTS - 2;

/** What a handler gets beside the event. */
export interface Context {
  /** Aborts when the handler outlives its limit, or when the service must stop; to be passed on to whatever waits. */
  signal: AbortSignal;
}

export interface Reading<T> {
  bus: Bus;
  reader: Producer;
  noun: Noun<T>;
  durable: string;
  attempts: Attempts;
  /** Of all durables of the process. */
  house: Gate;
  /** Of this durable. */
  gate: Gate;
  handle: (event: Event<T>, context: Context) => Promise<void>;
}

export type MessageHandler = (message: Delivery, held: Held) => Promise<void>;

/**
 * Handles one message to a named end: not by the owner of its stream → dropped and counted; done → ack; a retryable problem → back off, for ever; a terminal one, or a
 * message that ended its handler five times → dead letter, awaited, then ack. Never rejects.
 */
export function messageHandler<T>(reading: Reading<T>): MessageHandler {
  return async (message, held) => {
    const { bus, reader, noun } = reading;
    failpoint(`bus.received.${noun.name}`);
    if (!isByOwner(noun, reader, message.subject, message.headers)) {
      countForeign({ reader, noun: noun.name });
      return message.ack();
    }
    try {
      await settle(reading, message, held);
    } catch (error) {
      // The dead letter or the note of an attempt could not be written: the message comes again.
      const { durable } = reading;
      if (isNews(message)) bus.log.error({ error, durable }, "a message could not be settled; it comes again");
      message.nak(Math.max(1000, backOffMs(message.count)));
    }
  };
}

async function settle<T>(reading: Reading<T>, message: Delivery, held: Held): Promise<void> {
  const { bus, reader, noun, durable, attempts } = reading;
  const problem = await inTurn(reading, message, held);
  const failed = problem?.handling === "retry" || problem?.handling === "unknown";
  if (failed) {
    const delivery = message.count;
    if (isNews(message)) bus.log.warn({ error: problem, durable, delivery }, "handling failed; it comes again");
  } else if (problem !== undefined) {
    await deadLetter(bus, reader, noun.name, message, problem);
  }
  if (message.count > 1 && problem?.handling !== "unknown") await attempts.forget(durable, idOf(message));
  if (failed) return message.nak(backOffMs(message.count));
  failpoint(`bus.handled.${noun.name}`);
  message.ack();
  failpoint(`bus.acked.${noun.name}`);
}

/**
 * A message whose handling began before without an end may have ended the process. It has its durable to itself, and for
 * its last attempt the process, so that what ends the process then can be laid to it and to no neighbour.
 */
async function inTurn<T>(reading: Reading<T>, message: Delivery, held: Held): Promise<Problem | undefined> {
  const { house, gate, attempts, durable } = reading;
  if (message.count === 1) return house.together(() => gate.together(() => attempt(reading, message, held)));
  const begun = await attempts.begun(durable, idOf(message));
  const again = () => noted(reading, message, held);
  if (begun >= LAST_ATTEMPT) return house.alone(again);
  return house.together(() => (begun === 0 ? gate.together(again) : gate.alone(again)));
}

/** Notes the attempt first, so that a crash leaves a trace. */
async function noted<T>(reading: Reading<T>, message: Delivery, held: Held): Promise<Problem | undefined> {
  const begun = await reading.attempts.begin(reading.durable, idOf(message));
  return begun >= MAX_ATTEMPTS ? new Problem("EVENT_KILLED_ITS_HANDLER") : attempt(reading, message, held);
}

async function attempt<T>({ noun, handle, durable }: Reading<T>, message: Delivery, held: Held) {
  const signal = held.begin();
  try {
    const event = toEvent(noun, message.headers, message.data);
    await withTrace({ traceparent: message.headers?.get("traceparent") ?? "" }, `handle ${durable}`, () =>
      handle(event, { signal }),
    );
    return undefined;
  } catch (error) {
    // Whatever a cancelled handler ends with, it was cancelled.
    return signal.aborted
      ? new Problem(Problem.from(signal.reason).reason, undefined, { cause: error })
      : Problem.from(error);
  }
}

// The first, second, fourth, eighth … time: what fails for days fills no log.
function isNews({ count }: Delivery): boolean {
  return Number.isInteger(Math.log2(count));
}

// A message without an id is told from others by its place in the stream.
function idOf(message: Delivery): string {
  const id = message.headers?.get("ce-id") ?? "";
  return id === "" ? `${message.stream}:${message.sequence}` : id;
}

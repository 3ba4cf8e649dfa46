import { JetStreamApiError } from "@nats-io/jetstream";
import { within } from "@ntd/service";
import { DEAD, producers, REDRIVE, streamOf } from "../catalog/catalog.ts";
import type { Bus } from "../connection.ts";

/** What nats-server says of a stream whose disk failed it: the general, the purging and the storing fault; JetStream is off. */
const BROKEN = new Set([10_051, 10_110, 10_077, 10_076]);
/** A quiet server has had long enough. */
const LONG_MS = 700;

/**
 * Whether nats-server refuses every write to this stream, which it does from the first one that found the disk full on,
 * without an answer, until it is restarted, also when there is room again. Asked is to take out what is not there: a
 * stream that is well does nothing and says so, a broken one says what broke it. Only who may purge the stream is
 * answered: its owner and operators.
 *
 * @throws what the connection says when nobody answers: the bus is away, which is another matter.
 */
export async function isBroken(bus: Pick<Bus, "manager">, stream: string): Promise<boolean> {
  const nothing = `${stream.toLowerCase()}.none.none`;
  try {
    await within(LONG_MS, bus.manager.streams.purge(stream, { filter: nothing }));
    return false;
  } catch (error) {
    if (isOff(error) || isBreakage(error)) return true;
    // One that is missing is told elsewhere.
    if (error instanceof JetStreamApiError) return false;
    throw error;
  }
}

/**
 * The streams of the catalogue that refuse every write until nats-server is restarted (see `isBroken`); for who watches
 * the server, with an operator's identity. One that has no room yet breaks again at its next write.
 *
 * @throws what the connection says when nobody answers.
 */
export async function brokenStreams(bus: Pick<Bus, "manager">): Promise<string[]> {
  const streams = [...producers.map(streamOf), DEAD, REDRIVE];
  const broken = await Promise.all(streams.map((stream) => isBroken(bus, stream)));
  return streams.filter((_, i) => broken[i]);
}

/** Whether the server's answer tells of a disk that failed it. A full bound of a stream is told by its store too. */
export function isBreakage(error: unknown): boolean {
  return error instanceof JetStreamApiError && BROKEN.has(error.code) && !isBound(error);
}

/** Whether a stream's store says that a bound of the stream is reached. */
export function isBound({ code, message }: JetStreamApiError): boolean {
  return code === 10_077 && message.startsWith("maximum ");
}

// Not exported by the library. A server switches JetStream off when its disk fails in other ways.
const isOff = (error: unknown) => error instanceof Error && error.name === "JetStreamNotEnabled";

import { JetStreamApiError } from "@nats-io/jetstream";
import { failpoint, Problem } from "@ntd/service";
import type { Collection, StoredEvent } from "@ntd/store";
import { streamOf } from "../catalog/catalog.ts";
import type { Producer } from "../catalog/noun.ts";
import type { Bus } from "../connection.ts";
import { isBound, isBreakage, isBroken } from "./broken.ts";
import { toHeaders } from "./envelope.ts";

export type SendReason = "STREAM_FULL" | "BUS_UNAVAILABLE" | "BUS_BROKEN" | "INTERNAL" | "TOO_LARGE";

/**
 * No room: limits of the account (10002, 10122), of the server's storage (10023, 10047) or memory (10028). Bounds of the
 * stream itself come as 10077, with their words.
 */
const FULL = new Set([10_002, 10_023, 10_028, 10_047, 10_122]);
const TOO_LARGE = 10_054;
/** Room for an event's headers in what the bus takes. */
const HEADERS_BYTES = 4096;

/** Sends what waits in a document's outbox, oldest first, and takes out what was acknowledged, also when one fails. */
export async function sendAll(bus: Bus, collection: Collection<unknown, string>, id: string): Promise<void> {
  const acknowledged: string[] = [];
  try {
    for (const event of await collection.outbox.read(id)) {
      await send(bus, event);
      failpoint(`bus.published.${collection.name}`);
      acknowledged.push(event.id);
    }
  } finally {
    if (acknowledged.length > 0) await collection.outbox.removeEvents(id, acknowledged);
  }
}

/** What it means that an event did not leave. A stream that is silent is asked whether it is broken (see `isBroken`). */
export async function sendProblem(bus: Bus, cause: unknown, stream = streamOf(bus.name as Producer)): Promise<Problem> {
  if (cause instanceof Problem)
    return cause.reason === "TOO_LARGE" ? cause : new Problem("INTERNAL", undefined, { cause });
  return new Problem(await reasonOf(bus, cause, stream), undefined, { cause });
}

async function reasonOf(bus: Bus, cause: unknown, stream: string): Promise<SendReason> {
  if (codeOf(cause) === TOO_LARGE) return "TOO_LARGE";
  if (isStreamFull(cause)) return "STREAM_FULL";
  if (isBreakage(cause)) return "BUS_BROKEN";
  const broken = await isBroken(bus, stream).catch(() => false);
  return broken ? "BUS_BROKEN" : "BUS_UNAVAILABLE";
}

/** Whether the server refused a publish because there is no room. */
export function isStreamFull(cause: unknown): boolean {
  return cause instanceof JetStreamApiError && (FULL.has(cause.code) || isBound(cause));
}

const codeOf = (cause: unknown) => (cause instanceof JetStreamApiError ? cause.code : 0);

async function send(bus: Bus, event: StoredEvent): Promise<void> {
  const { id, subject, data } = event;
  const most = (bus.connection.info?.max_payload ?? Infinity) - HEADERS_BYTES;
  if (data.length > most)
    throw new Problem("TOO_LARGE", `Event ${id} has ${data.length} bytes; the bus takes ${most}.`);
  await bus.jetstream.publish(subject, data, { msgID: id, headers: toHeaders(event) });
}

import { JetStreamApiError } from "@nats-io/jetstream";
import { failpoint, Problem } from "@ntd/service";
import type { Collection, StoredEvent } from "@ntd/store";
import type { Bus } from "../connection.ts";
import { toHeaders } from "./envelope.ts";

export type SendReason = "STREAM_FULL" | "BUS_UNAVAILABLE" | "INTERNAL" | "TOO_LARGE";

const FULL = new Set([10_077, 10_122, 10_047]);
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

/** What it means that an event did not leave. */
export function sendProblem(cause: unknown): Problem {
  if (cause instanceof Problem)
    return cause.reason === "TOO_LARGE" ? cause : new Problem("INTERNAL", undefined, { cause });
  if (codeOf(cause) === TOO_LARGE) return new Problem("TOO_LARGE", undefined, { cause });
  return new Problem(isStreamFull(cause) ? "STREAM_FULL" : "BUS_UNAVAILABLE", undefined, { cause });
}

/** Whether the server refused a publish because its stream has no room. */
export function isStreamFull(cause: unknown): boolean {
  return FULL.has(codeOf(cause));
}

const codeOf = (cause: unknown) => (cause instanceof JetStreamApiError ? cause.code : 0);

async function send(bus: Bus, event: StoredEvent): Promise<void> {
  const { id, subject, data } = event;
  const most = (bus.connection.info?.max_payload ?? Infinity) - HEADERS_BYTES;
  if (data.length > most)
    throw new Problem("TOO_LARGE", `Event ${id} has ${data.length} bytes; the bus takes ${most}.`);
  await bus.jetstream.publish(subject, data, { msgID: id, headers: toHeaders(event) });
}

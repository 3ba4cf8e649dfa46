import { randomUUID } from "node:crypto";
import { headers as natsHeaders, type MsgHdrs } from "@nats-io/transport-node";
import { injectTrace, Problem } from "@ntd/service";
import type { OutboxEvent, StoredEvent } from "@ntd/store";
import type { Noun } from "../catalog/noun.ts";

/** An event as a reader gets it. */
export interface Event<T> {
  readonly id: string;
  readonly verb: string;
  readonly time: Date;
  readonly aggregateId: string;
  /** Of the aggregate: last version wins, an equal one runs again, an older one is ignored. */
  readonly version: number;
  readonly data: T;
}

/** What the bus takes with room to spare (`max_payload` is 1 MiB): refused before it is saved, since it could never leave. */
const MAX_EVENT_BYTES = 512 * 1024;

/**
 * An event for the outbox: the aggregate's published state after the change.
 *
 * @throws Problem TOO_LARGE for one of more than 512 KiB.
 * @param tokens further tokens of the subject, for example a provider id. Opaque ids only.
 */
export function eventOf<T>(
  noun: Noun<T>,
  verb: string,
  aggregateId: string,
  data: T,
  time: Date,
  ...tokens: readonly string[]
): OutboxEvent {
  const bytes = noun.codec.encode(data).finish();
  if (bytes.length > MAX_EVENT_BYTES) throw new Problem("TOO_LARGE", `A ${noun.name} event has ${bytes.length} bytes.`);
  return {
    id: randomUUID(),
    subject: [noun.service, noun.name, verb, ...tokens].join("."),
    aggregateId,
    time,
    data: bytes,
    headers: injectTrace(),
  };
}

/** CloudEvents 1.0, binary mode: every attribute is a `ce-` header. */
export function toHeaders(event: StoredEvent): MsgHdrs {
  const [service, noun, verb] = event.subject.split(".");
  const headers = natsHeaders();
  const attributes = {
    "ce-specversion": "1.0",
    "ce-id": event.id,
    "ce-source": `/services/${service}`,
    "ce-type": `ntd.${service}.${noun}.${verb}.v1`,
    "ce-subject": event.aggregateId,
    "ce-time": event.time.toISOString(),
    "ce-datacontenttype": "application/protobuf",
    "ce-aggregateversion": String(event.version),
    ...event.headers,
  };
  for (const [name, value] of Object.entries(attributes)) headers.set(name, value);
  return headers;
}

/** @throws Problem EVENT_UNREADABLE when a header is missing or the payload does not decode. */
export function toEvent<T>(noun: Noun<T>, headers: MsgHdrs | undefined, payload: Uint8Array): Event<T> {
  const text = (name: string): string => {
    const value = headers?.get(name) ?? "";
    if (value === "") throw new Problem("EVENT_UNREADABLE", `Header ${name} is missing.`);
    return value;
  };
  const version = Number(text("ce-aggregateversion"));
  const time = new Date(text("ce-time"));
  if (!Number.isSafeInteger(version) || version < 1 || Number.isNaN(time.getTime())) {
    throw new Problem("EVENT_UNREADABLE", "Header ce-aggregateversion or ce-time is not as it must be.");
  }
  const verb = text("ce-type").split(".")[3] ?? "";
  return { id: text("ce-id"), verb, time, aggregateId: text("ce-subject"), version, data: decoded(noun, payload) };
}

function decoded<T>(noun: Noun<T>, payload: Uint8Array): T {
  try {
    return noun.codec.decode(payload);
  } catch (cause) {
    throw new Problem("EVENT_UNREADABLE", `The payload is no ${noun.name}.`, { cause });
  }
}

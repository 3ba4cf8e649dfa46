import { headers as natsHeaders, type MsgHdrs } from "@nats-io/transport-node";
import type { StoredMsg } from "@nats-io/jetstream";
import { derivedId, failpoint, Problem } from "@ntd/service";
import { durablesOf, infoOf } from "../catalog/apply.ts";
import { DEAD, deadSubject, producers, REDRIVE, redriveSubject } from "../catalog/catalog.ts";
import type { Bus } from "../connection.ts";
import type { Delivery } from "./delivery.ts";
import { storedFrom } from "./stored.ts";
import { isStreamFull, sendProblem } from "../writing/send.ts";
import type { Producer } from "../catalog/noun.ts";

/** A message that its reader could not handle. Its payload stays in the stream. */
export interface DeadLetter {
  /** Place in the stream DEAD: what `resendDeadLetter` takes. */
  sequence: number;
  reader: string;
  noun: string;
  reason: string;
  detail: string;
  eventId: string;
  time: Date;
}

/** Publishes a message with its reason to the stream DEAD and awaits the acknowledgement. */
export async function deadLetter(
  bus: Bus,
  reader: Producer,
  noun: string,
  message: Delivery,
  problem: Problem,
): Promise<void> {
  const headers = copied(message.headers);
  headers.set("ntd-reason", problem.reason);
  headers.set("ntd-detail", oneLine(problem.message));
  const id = `dead-${reader}-${message.headers?.get("ce-id") ?? ""}-${message.stream}-${message.sequence}`;
  await bus.jetstream
    .publish(deadSubject(reader, noun), message.data, { headers, msgID: id })
    .catch(async (error: unknown) => {
      throw await sendProblem(bus, error, DEAD);
    });
  failpoint(`bus.dead-lettered.${noun}`);
  bus.log.error({ reader, noun, eventId: message.headers?.get("ce-id"), reason: problem.reason }, "dead letter");
}

/** The dead letters behind a place (0: from the beginning), oldest first; of one reader, if one is named. */
export async function listDeadLetters(
  bus: Bus,
  { after = 0, limit = 1000, reader }: { after?: number; limit?: number; reader?: string } = {},
): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  const subject = reader === undefined ? "dead.>" : deadSubject(reader, ">");
  for (let last = after; letters.length < limit;) {
    // The server passes over what was sent again.
    const stored = await storedFrom(bus, DEAD, last + 1, subject);
    if (stored === undefined) break;
    letters.push(toLetter(stored));
    last = stored.seq;
  }
  return letters;
}

/**
 * Sends a dead letter to its one reader again, with a new id, and takes it out of DEAD.
 *
 * @throws Problem NOT_FOUND when there is none at this place.
 */
export async function resendDeadLetter(bus: Bus, sequence: number): Promise<void> {
  const stored = await storedAt(bus, sequence);
  if (stored === undefined) throw new Problem("NOT_FOUND", `There is no dead letter ${sequence}.`);
  const { reader, noun } = toLetter(stored);
  const headers = copied(stored.header);
  for (const name of ["ntd-reason", "ntd-detail"]) headers.delete(name);
  // The same letter sent twice is one message to the server: a crash before it is taken out of DEAD does no harm.
  const id = derivedId("resend", sequence, stored.time.toISOString());
  headers.set("ce-id", id);
  const subject = redriveSubject(reader, noun);
  const publish = () => bus.jetstream.publish(subject, stored.data, { headers, msgID: id });
  await publish().catch(async (error: unknown) => {
    if (!isStreamFull(error)) throw await sendProblem(bus, error, REDRIVE);
    await forgetHandled(bus);
    await publish().catch(async (again: unknown) => {
      throw await sendProblem(bus, again, REDRIVE);
    });
  });
  await bus.manager.streams.deleteMessage(DEAD, sequence);
}

// Nobody trims REDRIVE as its owner; what its readers have acknowledged goes when there is no room for more.
async function forgetHandled({ manager }: Bus): Promise<void> {
  for (const { stream, name, filter } of producers.flatMap(durablesOf)) {
    if (stream !== REDRIVE) continue;
    const info = await infoOf(manager.consumers.info(stream, name));
    const handled = info?.ack_floor.stream_seq ?? 0;
    if (handled > 0) await manager.streams.purge(stream, { filter, seq: handled + 1 });
  }
}

async function storedAt(bus: Bus, sequence: number): Promise<StoredMsg | undefined> {
  const stored = await bus.manager.streams.getMessage(DEAD, { seq: sequence });
  return stored?.subject.startsWith("dead.") === true ? stored : undefined;
}

function toLetter(stored: StoredMsg): DeadLetter {
  const [, reader = "", noun = ""] = stored.subject.split(".");
  const text = (name: string) => stored.header.get(name);
  const { seq: sequence, time } = stored;
  return {
    sequence,
    reader,
    noun,
    reason: text("ntd-reason"),
    detail: text("ntd-detail"),
    eventId: text("ce-id"),
    time,
  };
}

function copied(from: MsgHdrs | undefined): MsgHdrs {
  const headers = natsHeaders();
  for (const [name, values] of from ?? []) {
    if (!name.toLowerCase().startsWith("nats-")) for (const value of values) headers.append(name, value);
  }
  return headers;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, " ").slice(0, 500);
}

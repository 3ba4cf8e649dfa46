import { randomUUID } from "node:crypto";
import { nouns, toHeaders } from "@ntd/bus";
import { eventually } from "@ntd/testing";
import type { Site } from "../kernel/path.ts";

/** A message with all that a complaint's has, which nobody can read. Its event id. */
export async function poisoned({ platform }: Site): Promise<string> {
  const { bus } = platform.machine;
  const id = randomUUID();
  const subject = `${nouns.complaint.service}.${nouns.complaint.name}.submitted`;
  const event = { id, subject, aggregateId: randomUUID(), time: new Date(), version: 1, headers: {} };
  const data = Uint8Array.of(0xff, 0xff, 0xff);
  const publish = () => bus.jetstream.publish(subject, data, { msgID: id, headers: toHeaders({ ...event, data }) });
  await eventually("the poison is taken", () => publish().then(() => true), 60_000);
  return id;
}

import type { NextMsgRequest, StoredMsg } from "@nats-io/jetstream";
import type { Bus } from "../connection.ts";

/** The first message of a stream at this sequence or behind it, of those under `subject`. */
export async function storedFrom(
  bus: Bus,
  stream: string,
  sequence: number,
  subject = ">",
): Promise<StoredMsg | undefined> {
  const request: NextMsgRequest & { seq: number } = { seq: sequence, next_by_subj: subject };
  return (await bus.manager.streams.getMessage(stream, request)) ?? undefined;
}

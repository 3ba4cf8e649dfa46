import type { Msg, MsgHdrs } from "@nats-io/transport-node";

/** A message of a durable in this process's hand. */
export interface Delivery {
  readonly subject: string;
  readonly headers: MsgHdrs | undefined;
  readonly data: Uint8Array;
  readonly stream: string;
  /** Its place in the stream. */
  readonly sequence: number;
  /** How often it was delivered, this time included. */
  readonly count: number;
  ack(): void;
  /** Gives it back, to be delivered again after that time. */
  nak(delayMs: number): void;
  working(): void;
}

/** @returns undefined when the message does not say whence it comes: then it is not from a durable. */
export function toDelivery(message: Msg): Delivery | undefined {
  // $JS.ACK.[domain.account.]stream.consumer.count.sequence.consumer sequence.time.pending[.random]
  const tokens = (message.reply ?? "").split(".");
  const at = tokens.length > 9 ? 4 : 2;
  const [stream = "", , count, sequence] = tokens.slice(at);
  if (tokens[0] !== "$JS" || tokens[1] !== "ACK" || !(Number(count) > 0) || !(Number(sequence) > 0)) return undefined;
  return {
    ...answersOf(message),
    subject: message.subject,
    headers: message.headers,
    data: message.data,
    stream,
    sequence: Number(sequence),
    count: Number(count),
  };
}

function answersOf(message: Msg): Pick<Delivery, "ack" | "nak" | "working"> {
  const answer = (text: string) => {
    try {
      message.respond(text);
    } catch {
      // The connection is closed for good: the message comes again to whoever reads next.
    }
  };
  return {
    ack: () => answer("+ACK"),
    nak: (delayMs) => answer(`-NAK ${JSON.stringify({ delay: delayMs * 1e6 })}`),
    working: () => answer("+WPI"),
  };
}

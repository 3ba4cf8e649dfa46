/** How a noun's one message type is written and read. */
export interface Codec<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/** A service that publishes events; its stream is its name in capitals. */
export type Producer = "intake" | "prober" | "matching" | "hashlists" | "casework" | "takedown" | "compliance";

/** One family of events: `<service>.<noun>.<verb>`, one message type, the aggregate's published state. */
export interface Noun<T> {
  readonly service: Producer;
  readonly name: string;
  readonly codec: Codec<T>;
}

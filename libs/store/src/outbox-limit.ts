import { Problem } from "@ntd/service";
import { MAX_WAITING } from "./max-waiting.ts";

/** The bus is away and this aggregate goes on changing: whoever writes to it backs off until its events have left. */
export function outboxFull(documentId: string): Problem {
  return new Problem(
    "STREAM_FULL",
    `${MAX_WAITING} events of ${documentId} wait for the bus. Try again when it is back.`,
  );
}

import { Problem } from "@ntd/service";

/** Events that may wait in one document: 50 of 256 KiB keep it under MongoDB's 16 MiB. */
export const MAX_WAITING = 50;

/** The bus is away and this aggregate goes on changing: whoever writes to it backs off until its events have left. */
export function outboxFull(documentId: string): Problem {
  return new Problem(
    "STREAM_FULL",
    `${MAX_WAITING} events of ${documentId} wait for the bus. Try again when it is back.`,
  );
}

import type { Given } from "./opinion.ts";

/** What somebody says of up to a thousand entries, as it was asked for: it is written first, and then to each of them. */
export interface OpinionCallState {
  schemaVersion: 1;
  callId: string;
  setId: string;
  /** Of the request. */
  digest: string;
  given: Given;
  /** 16 bytes each. */
  ids: Uint8Array;
  /** Every entry has it. */
  isDone: boolean;
}

/** So long a repeat is known; each entry keeps what was said. */
const KEPT_MS = 30 * 86_400_000;

export function removeAt({ isDone, given }: OpinionCallState): Date | undefined {
  return isDone ? new Date(given.time.getTime() + KEPT_MS) : undefined;
}

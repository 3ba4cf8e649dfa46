import type { Action } from "@ntd/proto/takedown/v1/notice";
import type { WatchNoticesRequest } from "@ntd/proto/takedown/v1/notice_service";

/** Whom a stream sends to: how much it takes at a time, and the actions that it knows. */
export interface Client {
  limit: number;
  understands: ReadonlySet<Action>;
}

const DEFAULT_IN_FLIGHT = 32;
const MAX_IN_FLIGHT = 256;

/** A client of release 0.2 does not say what it knows. */
export const KNOWN_TO_0_2: readonly Action[] = [
  "ACTION_REMOVE",
  "ACTION_DISABLE_ACCESS",
  "ACTION_BLOCK_NETWORK",
  "ACTION_RESTORE",
];

export function clientOf({ maxInFlight, understands }: WatchNoticesRequest): Client {
  const limit = Math.min(maxInFlight === 0 ? DEFAULT_IN_FLIGHT : maxInFlight, MAX_IN_FLIGHT);
  return { limit, understands: new Set(understands.length === 0 ? KNOWN_TO_0_2 : understands) };
}

import type { StreamInfo } from "@nats-io/jetstream";

/** From here on a stream is said to be filling, while there is time to make room or to raise its limit. */
export const ALARM = 0.7;

/**
 * From here on room counts for more than the time to keep: what everybody has acknowledged goes, the older half of the
 * stream first. So nobody, no forger either, can fill a stream with what its readers take.
 */
export const MAKE_ROOM = 0.85;

/** The fullest of a stream's limits, 0 to 1. */
export function fillOf({ config, state }: Pick<StreamInfo, "config" | "state">): number {
  return Math.max(part(state.bytes, config.max_bytes), part(state.messages, config.max_msgs));
}

function part(used: number, limit: number): number {
  return limit > 0 ? used / limit : 0;
}

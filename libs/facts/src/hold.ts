import type { Hold, Holds } from "@ntd/proto/casework/v1/case";

/**
 * The holds that are in force, oldest first: none while a case tells none. That its time is over ends no hold; that
 * casework released it does, for a supervisor may have to decide first.
 */
export function holdsInForce(holds: Holds | undefined): Hold[] {
  return holds?.holds.filter((hold) => hold.releasedTime === undefined) ?? [];
}

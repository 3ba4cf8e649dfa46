import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import type { HashSetState } from "./hash-set.ts";

/** What was in force in a set from a counter on. */
export interface InForce {
  counter: number;
  /** Empty: nothing yet. */
  releaseId: string;
  entryCount: number;
  policy: SetPolicy;
  /** Of an activation: who it was, and whether the release had been in force before. */
  activated?: { by: string; time: Date; again: boolean };
}

/** So many steps are kept; who has not read for longer reads the whole release. */
const KEPT = 100;

/** What was in force at a counter of the set; undefined when that is not known any more. */
export function inForceAt(set: HashSetState, counter: number): InForce | undefined {
  if (counter === 0) return { counter: 0, releaseId: "", entryCount: 0, policy: set.policy };
  return historyOf(set).findLast((step) => step.counter <= counter);
}

/** The set's history with what is in force from its next counter on. */
export function withStep(set: HashSetState, step: InForce): InForce[] {
  return [...historyOf(set), step].slice(-KEPT);
}

// A set of version 0.2 says what is in force, not since when: all that is sure is its counter now, and that before a
// first release there was none.
function historyOf({ history, active, counter, policy }: HashSetState): readonly InForce[] {
  if (history !== undefined) return history;
  if (active === undefined) return [{ counter: 0, releaseId: "", entryCount: 0, policy }];
  const { releaseId, entryCount } = active;
  return [{ counter, releaseId, entryCount, policy }];
}

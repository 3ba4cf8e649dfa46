import { policyNow } from "./expiry.ts";
import { activate, type HashSetState } from "./hash-set.ts";
import type { InForce } from "./in-force.ts";

/** By nobody's word: it is what is left. */
const BY = "service/hashlists";

/** A release that is there. */
type Left = Pick<InForce, "releaseId" | "entryCount">;

/**
 * A set of which the release in force is not there any more: the newest that is there is in force again, or nothing is, and
 * no machine decides by it until somebody puts a release in force. What lies between its earlier counters nobody can tell.
 *
 * @param missing releases that are not there, that in force among them.
 */
export function fallenBack(
  set: HashSetState,
  missing: ReadonlySet<string>,
  left: Left | undefined,
  now: Date,
): HashSetState | undefined {
  const { active, ...without } = set;
  if (active === undefined || !missing.has(active.releaseId)) return undefined;
  const lost = set.lost ?? { releaseId: active.releaseId, entryCount: active.entryCount, time: now };
  // One that came to nothing here may be approved and put in force like any new one.
  const activations = set.activations.filter(({ releaseId }) => !missing.has(releaseId));
  const next = left && activate({ ...without, activations }, left, BY, now);
  const state: HashSetState = { ...(next ?? { ...without, activations, counter: set.counter + 1 }), lost };
  const { releaseId, entryCount } = left ?? { releaseId: "", entryCount: 0 };
  const step: InForce = { counter: state.counter, releaseId, entryCount, policy: policyNow(state) };
  if (left !== undefined) step.activated = { by: BY, time: now, again: true };
  return { ...state, history: [step] };
}

/** A set in which a machine put a release in force: that takes the place of no lost one. */
export function stillLost(grown: HashSetState, { lost }: Pick<HashSetState, "lost">): HashSetState {
  if (lost === undefined) return grown;
  const state = { ...grown, lost };
  const step = state.history?.at(-1);
  // Else nobody who reads changes would hear that a machine decides by it again.
  return step === undefined
    ? state
    : { ...state, history: [...(state.history ?? []).slice(0, -1), { ...step, policy: policyNow(state) }] };
}

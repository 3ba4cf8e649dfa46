import { DEFAULT_THRESHOLDS } from "@ntd/imagehash/compare";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import type { Clock } from "@ntd/service";
import { change } from "@ntd/store";
import type { Collections, KnownSet } from "../store.ts";

/** No list has such a name: theirs have no slash. */
export const OWN_SET = "own/derived";

/** Entries that a target has, about: by that the index is made for many or for few. */
const ABOUT_EACH = 20;

const OWN_POLICY: SetPolicy = {
  owner: "this platform",
  role: "SET_ROLE_DERIVED",
  autoIssue: false,
  minVotes: 0,
  thresholds: { ...DEFAULT_THRESHOLDS },
};

export function isOwn(setId: string): boolean {
  return setId === OWN_SET;
}

/** Each of its counters is a release of its own. */
export function ownReleaseId(counter: number): string {
  return `${OWN_SET}/${counter}`;
}

export function isOwnRelease(releaseId: string): boolean {
  return releaseId.startsWith(`${OWN_SET}/`);
}

/** Something in the set has changed, or is about to: the counter with which it counts. */
export async function raiseOwnSet(
  { derived, sets }: Pick<Collections, "derived" | "sets">,
  clock: Clock,
): Promise<number> {
  const { count } = await derived.count({ isListed: true });
  const raised = await change(sets, OWN_SET, (known) => ({ state: ownSet((known?.counter ?? 0) + 1, count, clock) }));
  return raised?.state.counter ?? 0;
}

function ownSet(counter: number, targets: number, clock: Clock): KnownSet {
  const counts = { entryCount: targets * ABOUT_EACH, counter, version: counter };
  const active = { activeReleaseId: ownReleaseId(counter), activatedTime: clock.now() };
  return { schemaVersion: 1, setId: OWN_SET, policy: OWN_POLICY, ...counts, ...active };
}

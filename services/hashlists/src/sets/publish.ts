import { eventOf, nouns } from "@ntd/bus";
import type { Release } from "@ntd/proto/hashlists/v1/release";
import type { OutboxEvent } from "@ntd/store";
import { policyNow } from "./expiry.ts";
import type { HashSetState } from "./hash-set.ts";

/** The event that a set was created, a release of it, another policy or other terms for industry came into force, entries were revoked or restored, or it was retired. */
export function releaseEvent(
  verb: "created" | "activated" | "changed" | "revoked" | "restored" | "retired",
  set: HashSetState,
  now: Date,
): OutboxEvent {
  return eventOf(nouns.release, verb, set.setId, toRelease(set), now);
}

function toRelease(set: HashSetState): Release {
  const { setId, active, counter, terms, restoredCounter, retired } = set;
  return {
    setId,
    policy: policyNow(set),
    activeReleaseId: active?.releaseId ?? "",
    entryCount: BigInt(active?.entryCount ?? 0),
    counter: BigInt(counter),
    activatedTime: active?.time,
    ...(restoredCounter !== undefined && { restoredCounter: BigInt(restoredCounter) }),
    ...(retired && { retiredCounter: BigInt(retired.counter) }),
    ...(terms?.check && { check: terms.check }),
  };
}

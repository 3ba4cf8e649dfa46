import type { HashSet } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { HashSetState } from "./hash-set.ts";

/** A set as people are shown it. */
export function toHashSet({ setId, policy, active, counter, createdTime }: HashSetState): HashSet {
  return { setId, policy, activeReleaseId: active?.releaseId ?? "", counter: BigInt(counter), createdTime };
}

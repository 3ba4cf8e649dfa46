import type { HashSet } from "@ntd/proto/hashlists/v1/hash_list_service";
import { membersOf } from "../members/members.ts";
import type { HashSetState } from "./hash-set.ts";

/** A set as its members are shown it. */
export function toHashSet(set: HashSetState): HashSet {
  const { setId, policy, active, counter, createdTime, terms, retired, expired, lost, recipients = [] } = set;
  const members = [...membersOf(set)];
  const inForce = { activeReleaseId: active?.releaseId ?? "", counter: BigInt(counter) };
  return {
    setId,
    policy,
    ...inForce,
    createdTime,
    members,
    ...(terms && { terms }),
    ...(expired && { expiredTime: expired }),
    ...(lost && { lostRelease: { ...lost, entryCount: BigInt(lost.entryCount) } }),
    ...(retired && { retiredTime: retired.time }),
    ...(recipients.length > 0 && { recipients: { recipients } }),
  };
}

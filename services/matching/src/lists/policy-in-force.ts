import { isVictimReported } from "@ntd/facts";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";

const NO_POLICY: SetPolicy = {
  owner: "",
  role: "SET_ROLE_POSITIVE",
  autoIssue: false,
  minVotes: 0,
  thresholds: undefined,
};

/** What a set's policy says here. Whatever it says of a set that children report to, its hits decide nothing. */
export function policyInForce(policy: SetPolicy = NO_POLICY): SetPolicy {
  if (!isVictimReported({ setRole: policy.role })) return policy;
  return { ...policy, autoIssue: false, weakEquality: "WEAK_EQUALITY_NOMINATES" };
}

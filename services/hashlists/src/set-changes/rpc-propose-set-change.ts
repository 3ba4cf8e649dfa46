import { ProposeSetChangeRequest, type ProposeSetChangeResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { bodyDigest, callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, gather, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { validRecipients } from "../feed/recipients.ts";
import { requireMember } from "../members/members.ts";
import { requireOrganisations } from "../members/national.ts";
import { validMembers } from "../members/valid-members.ts";
import { validTerms } from "../members/valid-terms.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadSet } from "../sets/load-set.ts";
import { validPolicy } from "../sets/policy.ts";
import { requireInUse } from "../sets/require-in-use.ts";
import { validReason } from "../sets/valid-reason.ts";
import { isOfMembersAlone } from "./overtaken.ts";
import { wantedAlone } from "./wanted-alone.ts";
import { toSetChange } from "./set-change-message.ts";
import { changeOf, propose, type Wanted } from "./set-change.ts";

/** Notes what an owner wants of a set; another person's word brings it into force. The way back an approver may want, too. */
export function proposeSetChange(deps: Pick<Deps, "sets" | "releases" | "clock" | "assessSoon" | "nationalSet">) {
  return async (request: ProposeSetChangeRequest, context: CallContext): Promise<ProposeSetChangeResponse> => {
    const { person, id: callerId } = callerOf(context);
    const requestId = scopedRequestId(callerId, "ProposeSetChange", requireRequestId(request.requestId));
    const { state: found } = await loadSet(deps, request.setId);
    const act = request.rollbackToReleaseId === undefined ? "propose" : "decide";
    requireMember(found, person, act);
    const digest = bodyDigest(ProposeSetChangeRequest.encode({ ...request, requestId: "" }).finish());
    const changeId = derivedId("set-change", found.setId, requestId);
    const first = changeOf(found, changeId);
    // As it was when it was proposed, whatever became of it, or of the set, since.
    if (first?.digest === digest) return { change: toSetChange(found.setId, { ...first, stage: { name: "pending" } }) };
    const { reason, ...wanted } = (await wantedAlone(deps, request, found)) ?? wantedIn(request, found);
    if (wanted.members !== undefined) requireOrganisations(found.setId, wanted.members, deps.nationalSet);
    const given = { ...wanted, changeId, digest, reason, proposedBy: person, proposedTime: deps.clock.now() };
    const noted = await change(deps.sets, found.setId, (set = found) => {
      requireMember(set, person, act);
      const before = changeOf(set, changeId);
      if (before !== undefined && before.digest !== digest) throw new Problem("REQUEST_ID_REUSED");
      if (before !== undefined) return undefined;
      if (!isOfMembersAlone(wanted)) requireInUse(set);
      const state = propose(set, given);
      if (state === "TOO_MANY")
        throw new Problem("WRONG_STATE", "Ten proposals wait already; decide one of them first.");
      return { state };
    });
    deps.assessSoon();
    const set = noted?.state ?? found;
    return { change: toSetChange(set.setId, { ...given, ...changeOf(set, changeId), stage: { name: "pending" } }) };
  };
}

function wantedIn(request: ProposeSetChangeRequest, set: HashSetState): Wanted & { reason: string } {
  const { policy, members, terms, recipients } = request;
  if ([policy, members, terms, recipients].every((part) => part === undefined)) {
    throw Problem.fields({
      field: "policy",
      description: "is missing, and so are members, terms and recipients; send one of them",
    });
  }
  const valid = gather({
    reason: () => validReason(request.reason),
    policy: () => policy && keptIn(validPolicy(policy), set),
    members: () => members && validMembers(members.members),
    terms: () => terms && validTerms(terms, set.policy.role),
    recipients: () => recipients && validRecipients(recipients.recipients, set.policy.role),
  });
  return {
    reason: valid.reason,
    ...(valid.policy && { policy: valid.policy }),
    ...(valid.members && { members: valid.members }),
    ...(valid.terms && { terms: valid.terms }),
    ...(valid.recipients && { recipients: valid.recipients }),
  };
}

// Another owner or role would make another list of it: what its hits meant, and in whose name.
function keptIn(policy: ReturnType<typeof validPolicy>, { policy: before }: HashSetState) {
  const faults = (["owner", "role"] as const)
    .filter((field) => policy[field] !== before[field])
    .map((field) => ({ field: `policy.${field}`, description: "cannot be changed; create another set" }));
  if (faults.length > 0) throw Problem.fields(...faults);
  return policy;
}

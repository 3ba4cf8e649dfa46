import {
  CreateSetRequest,
  type CreateSetResponse,
  type HashSet,
  type SetTerms,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import { bodyDigest, callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { gather, Problem, shown } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { requireCreator, requireOrganisations } from "../members/national.ts";
import { validMembers } from "../members/valid-members.ts";
import { validTerms } from "../members/valid-terms.ts";
import { newSet, type HashSetState } from "./hash-set.ts";
import { validPolicy } from "./policy.ts";
import { releaseEvent } from "./publish.ts";
import { toHashSet } from "./hash-set-message.ts";

export function createSet({ sets, clock, nationalSet }: Pick<Deps, "sets" | "clock" | "nationalSet">) {
  return async (request: CreateSetRequest, context: CallContext): Promise<CreateSetResponse> => {
    const { person, id: callerId, kind } = callerOf(context);
    const { requestId, setId, policy, members, terms } = gather({
      requestId: () => requireRequestId(request.requestId),
      setId: () => validSetId(request.setId),
      policy: () => validPolicy(request.policy),
      members: () => validMembers(request.members),
      terms: () => request.terms && validNewTerms(request.terms),
    });
    requireCreator(kind, setId, nationalSet);
    requireOrganisations(setId, members, nationalSet);
    const createdRequest = scopedRequestId(callerId, "CreateSet", requestId);
    const createdDigest = bodyDigest(CreateSetRequest.encode({ ...request, requestId: "" }).finish());
    const [first] = await sets.find({ where: { createdRequest }, limit: 1 });
    if (first !== undefined) return { set: firstAnswer(first.state, createdDigest) };
    const now = clock.now();
    const agreed = { policy, members, ...(terms && { terms }) };
    const set = newSet({ setId, ...agreed, createdBy: person, createdTime: now, createdRequest, createdDigest });
    if ((await sets.insert(setId, set, releaseEvent("created", set, now))) !== undefined) {
      return { set: toHashSet(set) };
    }
    const there = await sets.load(setId);
    if (there?.state.createdRequest === createdRequest) return { set: firstAnswer(there.state, createdDigest) };
    throw new Problem("ALREADY_EXISTS", `There is a set ${setId} already; take another name.`);
  };
}

/** Who hears of a list is agreed by two, and a set is created by one. */
function validNewTerms(given: SetTerms): SetTerms {
  const terms = validTerms(given, undefined);
  if (terms.check === undefined) return terms;
  const description = "is not for who creates a set alone: propose it once the set is there (ProposeSetChange)";
  throw Problem.fields({ field: "terms.check", description });
}

function firstAnswer(set: HashSetState, digest: string): HashSet {
  if (set.createdDigest !== digest) throw new Problem("REQUEST_ID_REUSED");
  return { ...toHashSet(set), activeReleaseId: "", counter: 0n };
}

function validSetId(setId: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(setId)) return setId;
  const description = `${shown(setId)} is no name of 1 to 63 lower-case letters, digits and hyphens`;
  throw Problem.fields({ field: "set_id", description });
}

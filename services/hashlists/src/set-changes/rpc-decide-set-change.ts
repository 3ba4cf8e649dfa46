import type {
  ApproveSetChangeRequest,
  ApproveSetChangeResponse,
  RejectSetChangeRequest,
  RejectSetChangeResponse,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { requireMember } from "../members/members.ts";
import { requireOtherByTerms, requireOtherOrganisation } from "../members/national.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadSet } from "../sets/load-set.ts";
import { loadRelease } from "../releases/load-release.ts";
import { requireWhole } from "../releases/whole.ts";
import { releaseEvent } from "../sets/publish.ts";
import { toSetChange } from "./set-change-message.ts";
import { approveChange, changeOf, rejectChange } from "./set-change.ts";

type Needed = Pick<Deps, "sets" | "releases" | "entries" | "prints" | "clock" | "nationalSet">;
type Request = ApproveSetChangeRequest | RejectSetChangeRequest;

/** Brings a proposal into force, and tells the set when its policy is another, or what industry may ask of it. */
export function approveSetChange(deps: Needed) {
  return async (request: ApproveSetChangeRequest, context: CallContext): Promise<ApproveSetChangeResponse> => ({
    change: await decide(deps, request, context, "in_force", approveChange),
  });
}

export function rejectSetChange(deps: Needed) {
  return async (request: RejectSetChangeRequest, context: CallContext): Promise<RejectSetChangeResponse> => ({
    change: await decide(deps, request, context, "rejected", rejectChange),
  });
}

// Said again by the same person it is what it is: no answer needs to be remembered.
async function decide(
  deps: Needed,
  { requestId, setId, changeId }: Request,
  context: CallContext,
  outcome: "in_force" | "rejected",
  by: typeof approveChange | typeof rejectChange,
) {
  const { sets, clock, nationalSet } = deps;
  const { person } = callerOf(context);
  requireRequestId(requestId);
  const { state: loaded } = await loadSet({ sets }, setId);
  const now = clock.now();
  const decided = await change(sets, setId, async (set = loaded) => {
    requireMember(set, person, "decide");
    const found = changeOf(set, changeId);
    const before = found?.stage;
    if (before?.name === outcome && before.by === person) return undefined;
    if (outcome === "in_force" && found !== undefined) {
      const words = { first: found.proposedBy, second: person };
      requireOtherOrganisation(set, { nationalSet, ...words });
      if (found.terms !== undefined || found.members !== undefined) requireOtherByTerms(set, words);
    }
    const state = by(set, changeId, person, now);
    if (state === "NOT_FOUND") throw new Problem("NOT_FOUND", "The set has no such proposal.");
    if (state === "SAME_PERSON") throw new Problem("SAME_PERSON", "This takes another person than who proposed it.");
    if (state === "WRONG_STATE")
      throw new Problem("WRONG_STATE", `This proposal is ${WORDS[before?.name ?? "pending"]}.`);
    if (outcome === "in_force" && found?.rollback !== undefined) {
      await requireWhole(deps, (await loadRelease(deps, found.rollback.releaseId)).state);
    }
    const isTold = state.counter > set.counter || state.terms?.check !== set.terms?.check;
    return { state, ...(isTold && { event: releaseEvent(verbOf(set, state), state, now) }) };
  });
  return toSetChangeOf(decided?.state ?? (await loadSet({ sets }, setId)).state, changeId);
}

function verbOf(before: HashSetState, { retired, active }: HashSetState) {
  if (retired !== undefined && before.retired === undefined) return "retired";
  return active?.releaseId === before.active?.releaseId ? "changed" : "activated";
}

function toSetChangeOf(set: HashSetState, changeId: string) {
  const decided = changeOf(set, changeId);
  return decided && toSetChange(set.setId, decided);
}

const WORDS = {
  pending: "waiting",
  in_force: "in force already",
  rejected: "rejected",
  overtaken: "overtaken by another one; propose it again",
};

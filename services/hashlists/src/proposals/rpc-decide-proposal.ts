import { changeOnce } from "@ntd/host";
import {
  ConfirmProposalRequest,
  RefuseProposalRequest,
  type ConfirmProposalResponse,
  type RefuseProposalResponse,
} from "@ntd/proto/hashlists/v1/proposal_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { textFault } from "../opinions/plain-text.ts";
import { confirm, refuse, type ProposalState } from "./proposal.ts";
import { toProposal } from "./proposal-message.ts";

type Needed = Pick<Deps, "proposals" | "casework" | "clock" | "growSoon">;

/** By who saw the file: casework knows. */
export function confirmProposal(deps: Needed) {
  return async (request: ConfirmProposalRequest, context: CallContext): Promise<ConfirmProposalResponse> => {
    const { person } = callerOf(context);
    requireRequestId(request.requestId);
    const found = await loadProposal(deps, request.proposalId);
    await requireSeen(deps, person, found);
    const body = ConfirmProposalRequest.encode(request).finish();
    const proposal = await decide(deps, found, { method: "ConfirmProposal", ...request, body }, context, (before) => {
      const state = confirm(before, person);
      if (state === "SAME_PERSON") {
        throw new Problem("SAME_PERSON", "You said so already: it takes another person who saw it.");
      }
      if (state === "WRONG_STATE") throw notWaiting(before, "confirmed");
      return state;
    });
    deps.growSoon();
    return { proposal };
  };
}

export function refuseProposal(deps: Needed) {
  return async (request: RefuseProposalRequest, context: CallContext): Promise<RefuseProposalResponse> => {
    const { person } = callerOf(context);
    requireRequestId(request.requestId);
    const reason = request.reason.trim();
    const fault = textFault("reason", reason);
    if (fault !== undefined) throw Problem.fields(fault);
    const found = await loadProposal(deps, request.proposalId);
    const body = RefuseProposalRequest.encode(request).finish();
    const proposal = await decide(deps, found, { method: "RefuseProposal", ...request, body }, context, (before) => {
      const state = refuse(before, person, reason, deps.clock.now());
      if (state === undefined) throw notWaiting(before, "refused");
      return state;
    });
    return { proposal };
  };
}

async function loadProposal({ proposals }: Needed, proposalId: string): Promise<ProposalState> {
  const found = await proposals.load(proposalId);
  if (found === undefined)
    throw new Problem("NOT_FOUND", "There is no such proposal; `ntd national proposals` lists them.");
  return found.state;
}

async function requireSeen({ casework }: Needed, person: string, { fingerprints }: ProposalState): Promise<void> {
  const file = fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_SHA256");
  if (casework === undefined || file === undefined) {
    throw new Problem("WRONG_STATE", "Nobody can say who saw it: name casework to hashlists (NTD_CASEWORK_ADDRESS).");
  }
  const { hasSeen } = await casework.hasSeen({ person, sha256: file.value });
  if (hasSeen) return;
  throw new Problem("NOT_ALLOWED", "You have not seen this file: open one of its cases first (ntd case show --open).");
}

function notWaiting({ stage, proposalId }: ProposalState, what: string): Problem {
  return new Problem("WRONG_STATE", `The proposal ${proposalId} is ${stage.name}, and cannot be ${what}.`);
}

async function decide(
  { proposals }: Needed,
  found: ProposalState,
  { method, requestId, body }: { method: string; requestId: string; body: Uint8Array },
  context: CallContext,
  next: (before: ProposalState) => ProposalState,
) {
  const call = { caller: callerOf(context).id, method, requestId, body };
  const { document } = await changeOnce(proposals, found.proposalId, call, (before = found) => ({
    state: next(before),
    answer: true as const,
  }));
  return toProposal(document.state);
}

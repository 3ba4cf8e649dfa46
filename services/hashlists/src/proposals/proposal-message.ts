import type { Proposal, ProposalState as ToldState } from "@ntd/proto/hashlists/v1/proposal_service";
import { against, isContradicted, seenBy, type ProposalState } from "./proposal.ts";

const MOST_CASES = 20;

export function toProposal(proposal: ProposalState): Proposal {
  const { proposalId, proposedTime, stage, cases } = proposal;
  const illegal = Object.entries(cases).filter(([, { says }]) => says === "illegal");
  return {
    proposalId,
    state: STATES[stage.name],
    proposedTime,
    seenBy: seenBy(proposal),
    caseIds: illegal.slice(0, MOST_CASES).map(([caseId]) => caseId),
    contradicted: isContradicted(proposal),
    releaseId: "listing" in stage ? stage.listing.releaseId : "",
    refusedBy: stage.name === "refused" ? stage.by : "",
    inDoubt: against(proposal)?.name === "doubt",
    refusedReason: stage.name === "refused" ? stage.reason : "",
  };
}

const STATES: Record<ProposalState["stage"]["name"], ToldState> = {
  proposed: "PROPOSAL_STATE_PROPOSED",
  confirmed: "PROPOSAL_STATE_CONFIRMED",
  listing: "PROPOSAL_STATE_CONFIRMED",
  listed: "PROPOSAL_STATE_LISTED",
  falling: "PROPOSAL_STATE_REVOKED",
  revoked: "PROPOSAL_STATE_REVOKED",
  withdrawn: "PROPOSAL_STATE_WITHDRAWN",
  refused: "PROPOSAL_STATE_REFUSED",
};

import type { Event } from "@ntd/bus";
import type { Case } from "@ntd/proto/casework/v1/case";
import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { heard, newProposal, type ProposalState, type Proposed } from "./proposal.ts";
import { saidOf, saidOfEarlier, type SaidOfFile, type Told } from "./said-of-file.ts";
import { asksForMore, proposalIdOf, type ProposingCase } from "./store-proposals.ts";

type Needed = Pick<Deps, "proposals" | "proposingCases" | "nationalSet" | "doubtMs" | "growSoon">;

/** Files of which a case speaks, one for each time that other bytes were decided there. */
const MOST_FILES = 50;

/**
 * A case that was decided by a person who saw it proposes its file to the national set, and what becomes of the decision
 * later becomes of the proposal. Which files a case speaks of is written first: an event that comes again finishes what was
 * cut off, and an older one is known by its version.
 */
export function onCase(deps: Needed) {
  return async ({ data, version, time }: Event<Case>): Promise<void> => {
    if (deps.nationalSet === "") return;
    if (data.decision?.verdict === "UNRECOGNIZED") {
      throw new Problem("EVENT_UNREADABLE", "decision.verdict holds a value of a newer release.");
    }
    const told: Told = { data, time, doubtMs: deps.doubtMs };
    const said = saidOf(told);
    const known = await change(deps.proposingCases, data.caseId, (state) => {
      const next = withFile(state, version, said?.sha256);
      return next && { state: next };
    });
    if (known === undefined || known.state.version !== version) return;
    for (const sha256 of known.state.files) {
      await tell(deps, sha256, { told, version, said: said?.sha256 === sha256 ? said : undefined });
    }
  };
}

function withFile(
  state: ProposingCase | undefined,
  version: number,
  sha256: string | undefined,
): ProposingCase | undefined {
  if (state === undefined && sha256 === undefined) return undefined;
  if (state !== undefined && state.version >= version) return undefined;
  const others = (state?.files ?? []).filter((one) => one !== sha256);
  const files = sha256 === undefined ? others : [...others, sha256].slice(-MOST_FILES);
  return { schemaVersion: 1, version, files };
}

interface Telling {
  told: Told;
  version: number;
  /** Absent where the decision is about another file by now. */
  said: SaidOfFile | undefined;
}

async function tell({ proposals, growSoon }: Needed, sha256: string, { told, version, said }: Telling): Promise<void> {
  const proposalId = proposalIdOf(sha256);
  const { caseId } = told.data;
  const after = await change(proposals, proposalId, (state) => {
    const before = state ?? (said && newProposal(proposedBy(proposalId, said), told.time));
    const word = said?.word ?? wordOfEarlier(told, state);
    const next = before && word && heard(before, caseId, { ...word, version });
    return next && { state: next };
  });
  if (after !== undefined && asksForMore(after.state)) growSoon();
}

function wordOfEarlier(told: Told, state: ProposalState | undefined): SaidOfFile["word"] | undefined {
  const known = state?.cases[told.data.caseId];
  return known && saidOfEarlier(told, known);
}

function proposedBy(proposalId: string, { fingerprints, classification }: SaidOfFile): Proposed {
  return { proposalId, fingerprints, ...(classification && { classification }) };
}

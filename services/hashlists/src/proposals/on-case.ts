import type { Event } from "@ntd/bus";
import type { Case } from "@ntd/proto/casework/v1/case";
import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { heard, newProposal, type CaseWord, type Proposed } from "./proposal.ts";
import { saidOf, saidOfEarlier, type SaidOfFile } from "./said-of-file.ts";
import { proposalIdOf, type ProposingCase } from "./store-proposals.ts";

type Needed = Pick<Deps, "proposals" | "proposingCases" | "clock" | "nationalSet">;

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
    const said = saidOf(data);
    const known = await change(deps.proposingCases, data.caseId, (state) => {
      const next = withFile(state, version, said?.sha256);
      return next && { state: next };
    });
    if (known === undefined || known.state.version !== version) return;
    const earlier = saidOfEarlier(data);
    for (const sha256 of known.state.files) {
      const isThis = said?.sha256 === sha256;
      const word = { ...(isThis ? said.word : earlier), version };
      await tell(deps, sha256, { caseId: data.caseId, word, ...(isThis && { said }) }, time);
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

interface Told {
  caseId: string;
  word: CaseWord;
  said?: SaidOfFile;
}

async function tell({ proposals }: Needed, sha256: string, { caseId, word, said }: Told, time: Date): Promise<void> {
  const proposalId = proposalIdOf(sha256);
  await change(proposals, proposalId, (state) => {
    const before = state ?? (said && newProposal(proposedBy(proposalId, said), time));
    const next = before && heard(before, caseId, word);
    return next && { state: next };
  });
}

function proposedBy(proposalId: string, { fingerprints, classification }: SaidOfFile): Proposed {
  return { proposalId, fingerprints, ...(classification && { classification }) };
}

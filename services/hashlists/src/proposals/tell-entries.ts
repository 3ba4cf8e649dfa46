import { atOnce, tryEach } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { nothingSaid, withDoubt } from "../opinions/entry-opinions.ts";
import { LANES, tellStandings } from "../standings/tell-standings.ts";
import { entryDoubtOf } from "./entry-doubt-of.ts";
import { afterTold, untold, type ProposalState } from "./proposal.ts";

type Needed = Pick<Deps, "proposals" | "releases" | "opinions" | "sets" | "clock" | "notedStandings" | "nationalSet">;

const PAGE = 100;
/** Pictures that look alike and are listed with the same entry. */
const MOST_ALIKE = 1000;

/**
 * Tells the entries of what casework proposed that a decision on it is in doubt by now, or is no more. Each of them has it
 * first, then the proposal notes that; what counts of it is told behind both, at the latest by the loop of opinions.
 */
export async function tellEntries(deps: Needed, stop: AbortSignal): Promise<void> {
  const sets = new Set<string>();
  await tryEach(deps.proposals.pages({ where: { untold: true } }, PAGE), stop, async ({ state }) => {
    const one = untold(state);
    if (one === undefined) return;
    const setId = await setOf(deps, state);
    await atOnce(one.entryIds, LANES, (entryId) => tellEntry(deps, setId, entryId));
    await change(deps.proposals, state.proposalId, (proposal) => {
      const next = proposal && afterTold(proposal, one);
      return next && { state: next };
    });
    sets.add(setId);
  });
  for (const setId of sets) await tellStandings(deps, setId);
}

async function setOf({ releases, nationalSet }: Needed, { stage }: ProposalState): Promise<string> {
  const release = "listing" in stage ? await releases.load(stage.listing.releaseId) : undefined;
  return release?.state.setId ?? nationalSet;
}

async function tellEntry({ proposals, opinions, clock }: Needed, setId: string, entryId: string): Promise<void> {
  await change(opinions, entryId, async (of = nothingSaid(setId, entryId)) => {
    // Behind the entry: what becomes of a file meanwhile has the entry told again.
    const files = await proposals.find({ where: { entry: entryId }, limit: MOST_ALIKE });
    const doubt = entryDoubtOf(
      files.map(({ state }) => state),
      clock.now(),
    );
    const state = withDoubt(of, doubt);
    return state && { state };
  });
}

import { atOnce, tryEach } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { nothingSaid, withDoubt } from "../opinions/entry-opinions.ts";
import { LANES, tellStandings } from "../standings/tell-standings.ts";
import { entryDoubtOf, stands } from "./entry-doubt-of.ts";
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
    await tellOf(deps, setId, one.entryIds);
    await change(deps.proposals, state.proposalId, (proposal) => {
      const next = proposal && afterTold(proposal, one);
      return next && { state: next };
    });
    sets.add(setId);
  });
  for (const setId of sets) await tellStandings(deps, setId);
}

/**
 * Tells entries what speaks against them by all files that have them: also where one comes, or goes, of which there was
 * nothing to be told, another one may be in doubt. What counts of it is told by the loop of opinions.
 */
export async function tellOf(
  deps: Pick<Deps, "proposals" | "opinions" | "clock">,
  setId: string,
  entryIds: readonly string[],
): Promise<void> {
  await atOnce(entryIds, LANES, (entryId) => tellEntry(deps, setId, entryId));
}

async function setOf({ releases, nationalSet }: Needed, { stage }: ProposalState): Promise<string> {
  const release = "listing" in stage ? await releases.load(stage.listing.releaseId) : undefined;
  return release?.state.setId ?? nationalSet;
}

async function tellEntry(
  { proposals, opinions, clock }: Pick<Deps, "proposals" | "opinions" | "clock">,
  setId: string,
  entryId: string,
): Promise<void> {
  await change(opinions, entryId, async (of = nothingSaid(setId, entryId)) => {
    // Behind the entry: what becomes of a file meanwhile has the entry told again.
    const state = withDoubt(of, entryDoubtOf(await filesWith(proposals, entryId), clock.now()));
    return state && { state };
  });
}

// Up to one whose decision stands: thousands may look alike, and that one is answer enough.
async function filesWith(proposals: Needed["proposals"], entryId: string): Promise<ProposalState[]> {
  const files: ProposalState[] = [];
  for await (const page of proposals.pages({ where: { entry: entryId } }, PAGE)) {
    files.push(...page.map(({ state }) => state));
    if (files.length >= MOST_ALIKE || files.some(stands)) break;
  }
  return files;
}

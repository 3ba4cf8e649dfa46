import { derivedId, tryEach } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import type { ReleaseState } from "../releases/release.ts";
import { newRevocation, type RevocationState } from "../revocations/revocation.ts";
import { freezeIds } from "../revocations/store-revocations.ts";
import { loadSet } from "../sets/load-set.ts";
import { finishRevocation } from "../sets/take-effect.ts";
import { GROWTH } from "./list-confirmed.ts";
import { fallen, releasesOf, type ProposalState, type ProposalStage } from "./proposal.ts";
import { tellOf } from "./tell-entries.ts";

type Needed = Pick<
  Deps,
  "proposals" | "releases" | "revocations" | "revoked" | "revokedIn" | "opinions" | "sets" | "clock" | "nationalSet"
>;
type Falling = Extract<ProposalStage, { name: "falling" }>;

const PAGE = 100;
const REASON = "The decision that it was listed for was taken back.";

/** Takes back what was listed for a decision that fell, by the word of the two who took that back. */
export async function takeBackFallen(deps: Needed, stop: AbortSignal): Promise<void> {
  await tryEach(deps.proposals.pages({ where: { falls: true } }, PAGE), stop, ({ state }) => takeBack(deps, state));
}

async function takeBack(deps: Needed, { proposalId, stage }: ProposalState): Promise<void> {
  if (stage.name !== "falling") return;
  const setId = await listedIn(deps, releasesOf(stage.listing));
  if (setId === undefined) return;
  if (setId !== "") await revoke(deps, setId, proposalId, stage);
  // Those that others have, too, are theirs alone now.
  await tellOf(deps, setId || deps.nationalSet, stage.listing.entryIds);
  await change(deps.proposals, proposalId, (proposal) => {
    const state = proposal && fallen(proposal, setId !== "");
    return state && { state };
  });
}

/** The set of a release that came whole; "" where none ever will; undefined where somebody may be about to write one. */
async function listedIn(deps: Needed, releaseIds: readonly string[]): Promise<string | undefined> {
  let setId: string | undefined = "";
  for (const releaseId of releaseIds) {
    const one = await setOfWhole(deps, releaseId);
    if (one !== "" && one !== undefined) return one;
    if (one === undefined) setId = undefined;
  }
  return setId;
}

async function setOfWhole({ releases, clock, nationalSet }: Needed, releaseId: string): Promise<string | undefined> {
  // In the way of whoever would begin it now.
  const gone: ReleaseState = {
    schemaVersion: 1,
    releaseId,
    setId: nationalSet,
    uploadedBy: GROWTH,
    uploadedTime: clock.now(),
    stage: { name: "removed" },
    leftovers: [],
    requests: [],
  };
  const found = (await releases.load(releaseId)) ?? (await releases.insert(releaseId, gone));
  if (found === undefined) return undefined;
  const { stage, setId } = found.state;
  if (stage.name === "approved") return setId;
  return stage.name === "uploading" ? undefined : "";
}

async function revoke(deps: Needed, setId: string, proposalId: string, { listing, by }: Falling): Promise<void> {
  const revocationId = derivedId("revocation", "growth", proposalId, listing.releaseId);
  const asked = { revocationId, setId, proposalId, ids: listing.entryIds, by };
  const found = (await deps.revocations.load(revocationId))?.state ?? (await frozen(deps, asked));
  if (found !== undefined) await finishRevocation(deps, found);
}

interface Asked {
  revocationId: string;
  setId: string;
  proposalId: string;
  ids: string[];
  by: string[];
}

async function frozen(
  deps: Needed,
  { revocationId, setId, proposalId, ids, by: [first = GROWTH, second] }: Asked,
): Promise<RevocationState | undefined> {
  const { state: set } = await loadSet(deps, setId);
  const kept = await listedByOthers(deps, proposalId, ids);
  const own = ids.filter((id) => !kept.has(id));
  const revoked = (await deps.revokedIn(set)).among(own);
  const fresh = own.filter((id) => !revoked.has(id));
  if (fresh.length === 0) return undefined;
  const part = derivedId("revoked", revocationId, ...fresh);
  await freezeIds(deps, part, fresh);
  const time = deps.clock.now();
  const asked = { revocationId, setId, reason: REASON, requestedBy: first, requestedTime: time, digest: "", part };
  const counts = { entryCount: fresh.length, alreadyRevoked: own.length - fresh.length, persons: 1 as const };
  const state = newRevocation({ ...asked, ...counts, cause: "REVOCATION_CAUSE_NOT_ILLEGAL" }, set.counter);
  const approval = second === undefined ? {} : { approval: { by: second, time, requestId: revocationId } };
  const inserted = await deps.revocations.insert(revocationId, { ...state, stage: { name: "approved", ...approval } });
  return (inserted ?? (await deps.revocations.load(revocationId)))?.state;
}

// Two files may look alike: what another one is listed by stays.
async function listedByOthers({ proposals }: Needed, own: string, ids: readonly string[]): Promise<Set<string>> {
  const kept = new Set<string>();
  for (const entryId of ids) {
    for (const { id, state } of await proposals.find({ where: { entry: entryId }, limit: PAGE })) {
      const stands = state.stage.name === "listed" || state.stage.name === "listing";
      if (id !== own && stands) kept.add(entryId);
    }
  }
  return kept;
}

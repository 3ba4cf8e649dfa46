import { DEFAULT_THRESHOLDS } from "@ntd/imagehash/compare";
import { derivedId, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { sourcesOf } from "../entries/find-entries.ts";
import { countRelease } from "../metrics.ts";
import type { ReleaseState, Stage } from "../releases/release.ts";
import { activate, type HashSetState } from "../sets/hash-set.ts";
import { releaseEvent } from "../sets/publish.ts";
import { beginAttempt } from "../uploads/upload-attempt.ts";
import { baseOf, type Base } from "../uploads/upload-base.ts";
import { writeRows } from "../uploads/write-rows.ts";
import { fileOf, rowsOf, type ListedRow } from "./listed-rows.ts";
import { listed, listing, type Listing, type ProposalState } from "./proposal.ts";

/** Whose word a release is of what casework proposed: each of its entries has two persons' of its own. */
export const GROWTH = "service/hashlists";

/** Files in one release. */
const MOST = 100;

/**
 * Lists what two persons confirmed, as a delta on what is in force. Each proposal notes its release first; whatever is cut
 * off behind that, the next run sees by the set whether that release came into force, and makes another one if not.
 */
export async function listConfirmed(deps: Deps, stop: AbortSignal): Promise<void> {
  const set = (await deps.sets.load(deps.nationalSet))?.state;
  if (set === undefined || !mayGrow(set)) return;
  const waiting = await deps.proposals.find({ orderBy: "toList", limit: MOST });
  const open: ProposalState[] = [];
  for (const { state } of waiting) {
    if (!isInForce(set, state)) open.push(state);
    else await noteListed(deps, set, state.proposalId);
  }
  if (open.length === 0 || stop.aborted) return;
  const kind = set.active === undefined ? "UPLOAD_KIND_FULL" : "UPLOAD_KIND_DELTA";
  const base = await baseOf(deps, { kind, baseReleaseId: set.active?.releaseId ?? "" }, set);
  const rows = await noted(deps, set, base, open);
  if (rows.missing.length === 0) return;
  const release = await written(deps, set, base, rows, stop);
  const after = await putInForce(deps, set, release);
  if (after === undefined) return;
  for (const proposalId of rows.proposalIds) await noteListed(deps, after, proposalId);
}

// The way back that waits for a second person is not overtaken by a machine.
// Nor is a list renewed by it that nobody has renewed.
function mayGrow({ retired, expired, policy, changes = [] }: HashSetState): boolean {
  const isWaiting = changes.some(({ stage, rollback }) => stage.name === "pending" && rollback !== undefined);
  return retired === undefined && expired === undefined && policy.role === "SET_ROLE_POSITIVE" && !isWaiting;
}

function isInForce({ activations }: HashSetState, { stage }: ProposalState): boolean {
  return stage.name === "listing" && activations.some(({ releaseId }) => releaseId === stage.listing.releaseId);
}

async function noteListed({ proposals }: Deps, set: HashSetState, proposalId: string): Promise<void> {
  await change(proposals, proposalId, (state) => {
    if (state?.stage.name !== "listing" || !isInForce(set, state)) return undefined;
    const next = listed(state, state.stage.listing.releaseId);
    return next && { state: next };
  });
}

interface Noted {
  releaseId: string;
  proposalIds: string[];
  /** What the base has not. */
  missing: ListedRow[];
}

async function noted(
  deps: Deps,
  set: HashSetState,
  base: Base | undefined,
  open: readonly ProposalState[],
): Promise<Noted> {
  const { pdqQuality } = set.policy.thresholds ?? DEFAULT_THRESHOLDS;
  const wanted = open.map((proposal) => ({ proposal, rows: rowsOf(set.setId, proposal, pdqQuality) }));
  const ids = new Set(wanted.flatMap(({ rows }) => rows.map(({ entryId }) => entryId)));
  const layers = (base?.layers ?? []).map(({ part }) => part);
  const there = await sourcesOf(deps, layers, ids);
  const releaseId = derivedId(
    "growth",
    set.setId,
    String(set.counter),
    ...wanted.map((one) => one.proposal.proposalId),
  );
  const all: Noted = { releaseId, proposalIds: [], missing: [] };
  for (const { proposal, rows } of wanted) {
    const missing = rows.filter(({ entryId }) => !there.has(entryId));
    const own: string[] = [];
    for (const { entryId } of rows) if (await isOfProposals(deps, there.get(entryId))) own.push(entryId);
    // All of it is there: it is listed with what is in force.
    const of = { releaseId: missing.length > 0 ? releaseId : (base?.releaseId ?? ""), entryIds: own };
    if (!(await note(deps, proposal.proposalId, of))) continue;
    if (missing.length > 0) all.proposalIds.push(proposal.proposalId);
    else await noteListed(deps, set, proposal.proposalId);
    all.missing.push(...missing);
  }
  return all;
}

async function note({ proposals }: Deps, proposalId: string, of: Listing): Promise<boolean> {
  let isNoted = false;
  await change(proposals, proposalId, (state) => {
    const next = state && listing(state, of);
    isNoted = next !== undefined;
    return next && { state: next };
  });
  return isNoted;
}

// What maintainers listed before is theirs, and is not taken back with a decision.
async function isOfProposals({ proposals }: Deps, sourceId: string | undefined): Promise<boolean> {
  if (sourceId === undefined) return true;
  return sourceId !== "" && (await proposals.load(sourceId)) !== undefined;
}

async function written(
  deps: Deps,
  set: HashSetState,
  base: Base | undefined,
  { releaseId, missing }: Noted,
  stop: AbortSignal,
): Promise<ReleaseState> {
  const begun = await beginAttempt(deps, { releaseId, setId: set.setId, uploadedBy: GROWTH }, 0);
  const settle = (done: ReleaseState): ReleaseState => {
    if (done.stage.name !== "validated") throw new Problem("INTERNAL", "What was confirmed cannot be read as a list.");
    const stage: Stage = { ...done.stage, name: "approved", approvedBy: GROWTH, approvedTime: deps.clock.now() };
    return { ...done, stage };
  };
  return await writeRows(deps, set, begun, { file: fileOf(missing), base }, { signal: stop, settle });
}

// Only on what it was made for: what came into force since has another release made of it.
async function putInForce({ sets, clock }: Deps, before: HashSetState, { releaseId, stage }: ReleaseState) {
  if (stage.name !== "approved") return undefined;
  const { entryCount } = stage;
  const now = clock.now();
  const after = await change(sets, before.setId, (set) => {
    if (set === undefined || !mayGrow(set) || set.active?.releaseId !== before.active?.releaseId) return undefined;
    const state = activate(set, { releaseId, entryCount }, GROWTH, now);
    return state && { state, event: releaseEvent("activated", state, now) };
  });
  if (after?.state.active?.releaseId === releaseId) countRelease("activated");
  return after?.state;
}

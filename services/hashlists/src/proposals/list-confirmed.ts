import { DEFAULT_THRESHOLDS } from "@ntd/imagehash/compare";
import { atOnce, derivedId, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { sourcesOf } from "../entries/find-entries.ts";
import { countRelease } from "../metrics.ts";
import type { ReleaseState, Stage } from "../releases/release.ts";
import { isLost } from "../sets/every-hour-find-lost-releases.ts";
import { activate, type HashSetState } from "../sets/hash-set.ts";
import { stillLost } from "../sets/lost-release.ts";
import { releaseEvent } from "../sets/publish.ts";
import { beginAttempt } from "../uploads/upload-attempt.ts";
import { baseOf, type Base } from "../uploads/upload-base.ts";
import { writeRows } from "../uploads/write-rows.ts";
import { LANES } from "../standings/tell-standings.ts";
import { pauseBefore } from "./growth-pace.ts";
import { fileOf, rowsOf, type ListedRow } from "./listed-rows.ts";
import { listed, listing, mayList, releasesOf, type Listing, type ProposalState } from "./proposal.ts";
import { tellOf } from "./tell-entries.ts";

/** Whose word a release is of what casework proposed: each of its entries has two persons' of its own. */
export const GROWTH = "service/hashlists";

/** Files in one release: what a burst brings is few of them. */
const MOST = 5000;
/** Another release came into force meanwhile, or another process writes this one. */
const AGAIN_MS = 1000;

/**
 * Lists what two persons confirmed, as a delta on what is in force. Each proposal notes its release first; whatever is cut
 * off behind that, the next run sees by the set whether that release came into force, and makes another one if not.
 *
 * @returns milliseconds until there is more to list, where something waits.
 */
export async function listConfirmed(deps: Deps, stop: AbortSignal): Promise<number | undefined> {
  const set = (await deps.sets.load(deps.nationalSet))?.state;
  if (set === undefined || !mayGrow(set)) return undefined;
  const pauseMs = pauseOf(deps, set);
  const waiting = await deps.proposals.find({ orderBy: "toList", limit: pauseMs > 0 ? 1 : MOST });
  if (pauseMs > 0) return waiting.length > 0 ? pauseMs : undefined;
  // Nothing is listed by a release that is lost: what is left is in force in a moment.
  if (waiting.length > 0 && (await isLost(deps, set))) return AGAIN_MS;
  const all = waiting.map(({ state }) => state);
  const done = new Set(all.filter((one) => inForce(set, one) !== undefined));
  await noteListed(deps, set, [...done]);
  const open = all.filter((one) => !done.has(one) && mayList(one));
  if (open.length === 0 || stop.aborted) return undefined;
  const after = await grown(deps, set, open, stop);
  if (after === undefined) return AGAIN_MS;
  return waiting.length < MOST ? undefined : pauseOf(deps, after);
}

/** The set with these in force; undefined where that was somebody else's turn. */
async function grown(
  deps: Deps,
  set: HashSetState,
  open: readonly ProposalState[],
  stop: AbortSignal,
): Promise<HashSetState | undefined> {
  const kind = set.active === undefined ? "UPLOAD_KIND_FULL" : "UPLOAD_KIND_DELTA";
  const base = await baseOf(deps, { kind, baseReleaseId: set.active?.releaseId ?? "" }, set);
  const rows = await noted(deps, set, base, open);
  if (rows.missing.length === 0) return set;
  const release = await written(deps, set, base, rows, stop);
  const after = await putInForce(deps, set, release);
  if (after?.active?.releaseId !== release.releaseId) return undefined;
  await noteListed(deps, after, rows.proposals);
  return after;
}

function pauseOf({ clock, growthTurnMs }: Deps, { activations }: HashSetState): number {
  const grown = activations.filter(({ by }) => by === GROWTH);
  return pauseBefore(
    grown.map(({ time }) => time),
    clock.now(),
    growthTurnMs,
  );
}

// The way back that waits for a second person is not overtaken by a machine.
// Nor is a list renewed by it that nobody has renewed.
function mayGrow({ retired, expired, policy, changes = [] }: HashSetState): boolean {
  const isWaiting = changes.some(({ stage, rollback }) => stage.name === "pending" && rollback !== undefined);
  return retired === undefined && expired === undefined && policy.role === "SET_ROLE_POSITIVE" && !isWaiting;
}

/** The release with which it came into force; undefined where it has not. */
function inForce({ activations }: HashSetState, { stage }: ProposalState): string | undefined {
  if (stage.name !== "listing") return undefined;
  const own = new Set(releasesOf(stage.listing));
  return activations.find(({ releaseId }) => own.has(releaseId))?.releaseId;
}

/** Notes of those that came into force that they did; first its entries hear that they are of one more file. */
async function noteListed(deps: Deps, set: HashSetState, some: readonly ProposalState[]): Promise<void> {
  await atOnce(some, LANES, async ({ proposalId }) => {
    await change(deps.proposals, proposalId, async (state) => {
      const releaseId = state && inForce(set, state);
      const next = state && releaseId !== undefined ? listed(state, releaseId) : undefined;
      if (next?.stage.name !== "listed") return undefined;
      await tellOf(deps, set.setId, next.stage.listing.entryIds);
      return { state: next };
    });
  });
}

interface Noted {
  releaseId: string;
  proposals: ProposalState[];
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
  const all: Noted = { releaseId, proposals: [], missing: [] };
  await atOnce(wanted, LANES, async ({ proposal, rows }) => {
    const missing = rows.filter(({ entryId }) => !there.has(entryId));
    const own: string[] = [];
    for (const { entryId } of rows) if (await isOfProposals(deps, there.get(entryId))) own.push(entryId);
    // All of it is there: it is listed with what is in force.
    const of = { releaseId: missing.length > 0 ? releaseId : (base?.releaseId ?? ""), entryIds: own };
    if (!(await note(deps, proposal.proposalId, of))) return;
    if (missing.length > 0) all.proposals.push(proposal);
    else await noteListed(deps, set, [proposal]);
    all.missing.push(...missing);
  });
  return all;
}

async function note({ proposals }: Deps, proposalId: string, of: Listing): Promise<boolean> {
  let isNoted = false;
  await change(proposals, proposalId, (state) => {
    const next = state && listing(state, of);
    // Whoever has noted this release is written in it, also where something speaks against it since.
    isNoted = next !== undefined || (state?.stage.name === "listing" && state.stage.listing.releaseId === of.releaseId);
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
    const grownTo = activate(set, { releaseId, entryCount }, GROWTH, now);
    // Nor does it stand in for one that is lost.
    const state = grownTo && stillLost(grownTo, set);
    return state && { state, event: releaseEvent("activated", state, now) };
  });
  if (after?.state.active?.releaseId === releaseId) countRelease("activated");
  return after?.state;
}
